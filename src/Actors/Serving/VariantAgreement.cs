using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Serving;

/// <summary>Whether what loads of two variants found is one model: a pipeline must not care which of them ran. Pure.</summary>
internal static class VariantAgreement
{
    /// <summary>What differs, as a sentence for people; null where nothing does.</summary>
    public static string? Fault(ModelId model, LoadReport first, LoadReport other)
    {
        var what = (other.InputWidth, other.InputHeight) != (first.InputWidth, first.InputHeight)
            ? $"takes pictures of {other.InputWidth} x {other.InputHeight}, but '{first.Variant}' takes {first.InputWidth} x {first.InputHeight}"
            : other.Classes != first.Classes ? $"knows {other.Classes} classes, but '{first.Variant}' knows {first.Classes}"
            : !Enumerable.Range(0, first.Classes).All(i => other.Labels[i] == first.Labels[i]) ? $"calls its classes otherwise than '{first.Variant}'"
            : null;
        return what is null ? null : $"model '{model}': its variant '{other.Variant}' {what}; variants have the same input, classes and labels";
    }
}
