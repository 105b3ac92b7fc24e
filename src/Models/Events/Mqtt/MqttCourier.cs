using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorPipeline.Events.Outbox;
using ActorPipeline.Sinks;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace ActorPipeline.Events.Mqtt;

/// <summary>
/// Publishes events to a broker, several under way at a time, over MQTT 3.1.1. While it is connected "online" is retained at TOPIC/state,
/// and its last will, or its goodbye, leaves "offline" there.
/// </summary>
internal sealed class MqttCourier : ICourier
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly MqttSettings _settings;
    private readonly string _pipeline;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly MqttClientOptions _options;
    private Action _lost = () => { };

    /// <exception cref="SinkException">The authority's certificate cannot be read.</exception>
    public MqttCourier(MqttSettings settings, string pipeline)
    {
        (_settings, _pipeline) = (settings, pipeline);
        _options = Options(settings);
        _client.DisconnectedAsync += _ =>
        {
            _lost();
            return Task.CompletedTask;
        };
    }

    /// <inheritdoc/>
    public string Name => $"MQTT broker '{_settings.Host}:{_settings.Port}'";

    /// <inheritdoc/>
    public int Most => 16;

    /// <inheritdoc/>
    public bool IsConnected => _client.IsConnected;

    /// <inheritdoc/>
    public Action Lost
    {
        set => _lost = value;
    }

    private string StateTopic => $"{_settings.Topic}/state";

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken stop)
    {
        try
        {
            var result = await _client.ConnectAsync(_options, stop);
            if (result.ResultCode != MqttClientConnectResultCode.Success) throw new CourierException($"{Name} {MqttFaults.Refusal(result.ResultCode)}");
            if (_settings.Discovery)
                foreach (var (topic, payload) in HomeAssistantDiscovery.Messages(_settings.Topic, _pipeline)) await RetainAsync(topic, payload, stop);
            await RetainAsync(StateTopic, "online", stop);
        }
        catch (Exception e) when (IsToBeTried(e, stop))
        {
            // Half greeted is not greeted: the next try begins anew.
            await _client.TryDisconnectAsync();
            throw new CourierException($"{Name} {MqttFaults.Cause(e)}", e);
        }
    }

    /// <inheritdoc/>
    public async Task<Delivery> DeliverAsync(IReadOnlyList<StoredEvent> events, CancellationToken stop)
    {
        // Sent one after the other without waiting for answers: a broker far away costs one way there and back for all of them.
        var answers = events.Select(e => PublishAsync(e, stop)).ToArray();
        var done = 0;
        try
        {
            foreach (var answer in answers)
            {
                if (!(await answer).IsSuccess) break;
                done++;
            }
        }
        catch (Exception e) when (done == 0 && IsToBeTried(e, stop))
        {
            await Observe(answers);
            throw new CourierException($"{Name} {MqttFaults.Cause(e)}", e);
        }
        catch (Exception e) when (MqttFaults.IsBrokers(e) && done > 0)
        {
            // The rest is tried again.
            await Observe(answers);
        }
        return done > 0 ? new Delivery(done) : throw new CourierException($"{Name} did not take an event");
    }

    /// <inheritdoc/>
    public async Task CloseAsync(CancellationToken stop)
    {
        if (!_client.IsConnected) return;
        try
        {
            await RetainAsync(StateTopic, "offline", stop);
            await _client.DisconnectAsync(new MqttClientDisconnectOptionsBuilder().Build(), stop);
        }
        catch (Exception e) when (MqttFaults.IsBrokers(e))
        {
            // It went in the meantime: its last will says the same.
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static MqttClientOptions Options(MqttSettings settings)
    {
        var builder = new MqttClientOptionsBuilder().WithTcpServer(settings.Host, settings.Port).WithProtocolVersion(MqttProtocolVersion.V311)
            .WithClientId(ClientId(settings)).WithCleanSession().WithTimeout(AnswerWithin).WithKeepAlivePeriod(KeepAlive)
            .WithWillTopic($"{settings.Topic}/state").WithWillPayload("offline").WithWillRetain().WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (settings.User.Length > 0) builder.WithCredentials(settings.User, settings.Password);
        if (settings.Tls)
        {
            var trusted = settings.Authority.Length > 0 ? Trusted(settings.Authority) : null;
            builder.WithTlsOptions(tls =>
            {
                tls.UseTls().WithTargetHost(settings.Host).WithRevocationMode(X509RevocationMode.NoCheck);
                if (trusted is not null) tls.WithTrustChain(trusted);
            });
        }
        return builder.Build();
    }

    private static X509Certificate2Collection Trusted(string path)
    {
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(path);
            return found.Count > 0 ? found : throw new SinkException($"'{path}', the authority of an mqtt sink, has no certificate in it");
        }
        catch (Exception e) when (SinkFiles.IsFileError(e) || e is CryptographicException)
        {
            throw new SinkException($"'{path}', the authority of an mqtt sink, cannot be read: {e.Message}", e);
        }
    }

    // Two clients of one id throw each other out: one for each topic of each machine. 23 characters are what every broker takes.
    private static string ClientId(MqttSettings settings) =>
        "ap" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}/{settings.Topic}")))[..20];

    private static MqttApplicationMessage Message(string topic, byte[] payload, MqttQualityOfServiceLevel quality, bool retain) =>
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(quality).WithRetainFlag(retain).Build();

    // A connection that is lost in between is told by the task, and never by the call.
    private async Task<MqttClientPublishResult> PublishAsync(StoredEvent told, CancellationToken stop)
    {
        var quality = _settings.QualityOfService == 0 ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce;
        return await _client.PublishAsync(Message($"{_settings.Topic}/{told.Head().Kind}", told.Payload, quality, retain: false), stop);
    }

    private async Task RetainAsync(string topic, string payload, CancellationToken stop) =>
        await _client.PublishAsync(Message(topic, Encoding.UTF8.GetBytes(payload), MqttQualityOfServiceLevel.AtLeastOnce, retain: true), stop);

    private static bool IsToBeTried(Exception e, CancellationToken stop) => MqttFaults.IsBrokers(e) && !(e is OperationCanceledException && stop.IsCancellationRequested);

    /// <summary>Waits for answers that nobody wants any more.</summary>
    private static async Task Observe(Task<MqttClientPublishResult>[] answers) =>
        await Task.WhenAll(answers).ContinueWith(static all => all.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
