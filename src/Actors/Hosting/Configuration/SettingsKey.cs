using System.Collections;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>A key of a section and the setting that it becomes.</summary>
/// <param name="Name">Below the section, such as <c>backoff.min</c>.</param>
/// <param name="Value">Its value; lists are compared item by item.</param>
internal sealed record SettingsKey<T>(string Name, Func<T, object?> Value)
{
    /// <summary>Whether the setting is the same in both.</summary>
    public bool IsSame(T a, T b) => AreSame(Value(a), Value(b));

    private static bool AreSame(object? a, object? b) =>
        Equals(a, b) || (a is IEnumerable first && b is IEnumerable second && a is not string && first.Cast<object?>().SequenceEqual(second.Cast<object?>()));
}
