using System.Text.Json;

namespace ActorPipeline.Events.Outbox;

/// <summary>An event that waits to be delivered.</summary>
/// <param name="Sequence">Its place in the order.</param>
/// <param name="Payload">The event as JSON, UTF-8.</param>
internal sealed record StoredEvent(long Sequence, byte[] Payload)
{
    /// <summary>Its kind and id, which every event begins with.</summary>
    public (string Kind, string Id) Head()
    {
        var reader = new Utf8JsonReader(Payload);
        return (Value(ref reader, "event"), Value(ref reader, "id"));
    }

    private static string Value(ref Utf8JsonReader reader, string key)
    {
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(key)) continue;
            reader.Read();
            return reader.GetString() ?? "";
        }
        return "";
    }
}
