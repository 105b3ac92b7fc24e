using ActorPipeline.Evaluation;

namespace ActorPipeline.Quantization;

/// <summary>
/// Finds pictures of one set that another has too, whatever they are called: by their decoded pixels, and where those differ by how they look,
/// so that neither a new name nor new metadata, size, brightness or compression hides one. Neighbours in a still film count as one picture.
/// </summary>
internal static class PictureOverlap
{
    /// <summary>The pictures of <paramref name="evaluate"/> that <paramref name="calibrate"/> has too, with the name they have there where that is another.</summary>
    /// <exception cref="EvaluationException">Not one picture of a set can be used.</exception>
    public static IReadOnlyList<string> Of(PictureSet calibrate, PictureSet evaluate, CancellationToken cancellation)
    {
        var known = calibrate.Read(null, cancellation).Select(p => (p.Name, Print: PicturePrint.Of(p.View))).ToArray();
        var found = new List<string>();
        foreach (var picture in evaluate.Read(null, cancellation))
        {
            var print = PicturePrint.Of(picture.View);
            var same = Array.Find(known, k => k.Print.IsSame(print)).Name;
            if ((same ?? Array.Find(known, k => k.Print.Resembles(print)).Name) is not { } there) continue;
            found.Add(same is null ? $"{picture.Name} (a copy of {there})" : there == picture.Name ? there : $"{picture.Name} (there {there})");
        }
        return found;
    }
}
