using System.Reflection;
using Xunit.Sdk;

namespace ActorPipeline.Onnx.Capi;

/// <summary>A row of a theory for one released ONNX Runtime's native library, skipped by name where that is not here.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RuntimeAttribute : DataAttribute
{
    private readonly string _version;
    private readonly object[] _more;

    public RuntimeAttribute(string version, params object[] more)
    {
        (_version, _more) = (version, more);
        if (Runtimes.PathOf(version) is null) Skip = $"needs ONNX Runtime {version} ({Runtimes.Hint})";
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[_version, .. _more]];
}

/// <summary>A fact that needs one of them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RuntimeFactAttribute : FactAttribute
{
    public RuntimeFactAttribute(string version)
    {
        if (Runtimes.PathOf(version) is null) Skip = $"needs ONNX Runtime {version} ({Runtimes.Hint})";
    }
}
