namespace ActorPipeline.Operations;

/// <summary>A spec that asks a real Prometheus, with the models and the street of the data folder where <see cref="NeedsData"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PrometheusFactAttribute : FactAttribute
{
    public const string Server = "/usr/bin/prometheus";
    public const string Tool = "/usr/bin/promtool";

    private bool _needsData;

    public PrometheusFactAttribute()
    {
        Skip = new[] { Server, Tool }.FirstOrDefault(path => !File.Exists(path)) is { } missing ? $"{missing} is not there: install Debian's prometheus" : null;
    }

    /// <summary>Whether it runs the program.</summary>
    public bool NeedsData
    {
        get => _needsData;
        set
        {
            _needsData = value;
            if (value && TestData.Root is null) Skip = TestData.Missing;
        }
    }
}
