namespace ActorPipeline.Hosting.Web;

/// <summary>A spec that a real browser walks the page in, on the models and the street of the data folder.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public const string Chromium = "/usr/bin/chromium";

    public BrowserFactAttribute()
    {
        Skip = TestData.Root is null ? TestData.Missing : File.Exists(Chromium) ? null : $"{Chromium} is not there: install Debian's chromium";
        Timeout = 180_000;
    }
}
