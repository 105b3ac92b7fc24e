using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorPipeline.Events.Mqtt;

/// <summary>What Home Assistant's MQTT discovery is told: one device for each pipeline, with what it sees as entities. Pure.</summary>
internal static class HomeAssistantDiscovery
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The retained messages.</summary>
    /// <param name="topic">What the sink's topics begin with.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    public static IReadOnlyList<(string Topic, string Payload)> Messages(string topic, string pipeline)
    {
        // Home Assistant takes letters, digits, - and _ in its own topics.
        var id = string.Concat(topic.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_'));
        return
        [
            Message("sensor", "objects", "Objects", "{{ value_json.frame.objects | count }}", new JsonObject { ["state_class"] = "measurement", ["icon"] = "mdi:shape" }),
            Message("binary_sensor", "occupancy", "Occupancy", "{{ 'ON' if value_json.frame.objects else 'OFF' }}", new JsonObject { ["device_class"] = "occupancy" }),
            Message("sensor", "classes", "Classes", "{{ value_json.frame.objects | map(attribute='class') | unique | join(', ') | truncate(255) }}", new JsonObject { ["icon"] = "mdi:tag" }),
            Message("sensor", "latency", "Latency", "{{ value_json.frame.latencyMs }}", new JsonObject { ["unit_of_measurement"] = "ms", ["device_class"] = "duration", ["state_class"] = "measurement", ["entity_category"] = "diagnostic" }),
        ];

        (string, string) Message(string component, string part, string name, string template, JsonObject more)
        {
            var entity = new JsonObject
            {
                ["name"] = name,
                ["unique_id"] = $"{id}_{part}",
                ["state_topic"] = $"{topic}/frame",
                ["value_template"] = template,
                ["availability_topic"] = $"{topic}/state",
                ["payload_available"] = "online",
                ["payload_not_available"] = "offline",
                ["device"] = new JsonObject { ["identifiers"] = new JsonArray(id), ["name"] = $"ActorPipeline {pipeline}", ["manufacturer"] = "ActorPipeline", ["model"] = "Pipeline" },
            };
            foreach (var (key, value) in more) entity[key] = value!.DeepClone();
            return ($"homeassistant/{component}/{id}/{part}/config", entity.ToJsonString(Readable));
        }
    }
}
