using System.Net.Sockets;
using System.Security.Authentication;
using MQTTnet;
using MQTTnet.Exceptions;

namespace ActorPipeline.Events.Mqtt;

/// <summary>Says in a sentence why a broker did not take something.</summary>
internal static class MqttFaults
{
    /// <summary>Whether an exception says something about the broker or the way there, rather than that the program is wrong.</summary>
    public static bool IsBrokers(Exception error) => error is MqttCommunicationException or MqttProtocolViolationException or SocketException or IOException or AuthenticationException
        or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    /// <summary>What the broker answered to a connection.</summary>
    public static string Refusal(MqttClientConnectResultCode code) => code switch
    {
        MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized => "refuses the user or the password: check user and password of this sink",
        MqttClientConnectResultCode.ClientIdentifierNotValid => "does not take its client id",
        MqttClientConnectResultCode.UnsupportedProtocolVersion => "does not speak MQTT 3.1.1",
        MqttClientConnectResultCode.ServerUnavailable or MqttClientConnectResultCode.ServerBusy => "is not ready",
        _ => $"does not let it in ({code})",
    };

    /// <summary>What went wrong on the way.</summary>
    public static string Cause(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is AuthenticationException) return $"has a certificate that is not trusted: {inner.Message}";
            if (inner is SocketException socket) return $"cannot be reached: {socket.Message}";
        }
        return error is OperationCanceledException or MqttCommunicationTimedOutException ? "does not answer in time" : $"cannot be kept in touch with: {error.Message}";
    }
}
