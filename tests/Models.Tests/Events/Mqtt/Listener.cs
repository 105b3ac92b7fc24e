using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using MQTTnet;
using MQTTnet.Protocol;

namespace ActorPipeline.Events.Mqtt;

/// <summary>Somebody who listens to a broker.</summary>
internal sealed class Listener : IDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly ConcurrentQueue<(string Topic, string Payload, bool Retained)> _heard = [];

    public Listener(int port, string user = "", string password = "")
    {
        _client.ApplicationMessageReceivedAsync += message =>
        {
            _heard.Enqueue((message.ApplicationMessage.Topic, Encoding.UTF8.GetString(message.ApplicationMessage.Payload), message.ApplicationMessage.Retain));
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(Guid.NewGuid().ToString("N"));
        if (user.Length > 0) options.WithCredentials(user, password);
        _client.ConnectAsync(options.Build()).GetAwaiter().GetResult();
        _client.SubscribeAsync("#", MqttQualityOfServiceLevel.AtLeastOnce).GetAwaiter().GetResult();
    }

    public IReadOnlyList<(string Topic, string Payload, bool Retained)> Heard => [.. _heard];

    public IReadOnlyList<string> On(string topic) => [.. _heard.Where(m => m.Topic == topic).Select(m => m.Payload)];

    /// <summary>Numbers of the frames that were told, each once, in the order they came first.</summary>
    public IReadOnlyList<long> Frames(string topic) => [.. On(topic + "/frame").Select(text => (long)JsonNode.Parse(text)!["frame"]!["frame"]!).Distinct()];

    public void Dispose() => _client.Dispose();
}
