namespace ActorPipeline.Quantization;

/// <summary>A theory that asks Debian's checker of ONNX files, skipped by name where python3-onnx is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnnxCheckerTheoryAttribute : TheoryAttribute
{
    public OnnxCheckerTheoryAttribute()
    {
        if (!OnnxChecker.IsHere) Skip = "needs Debian's package python3-onnx";
    }
}
