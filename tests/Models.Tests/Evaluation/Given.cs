using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Evaluation;

/// <summary>Made answers, truths and pictures.</summary>
internal static class Given
{
    public static BoundingBox Square(float at = 0, float size = 10) => new(at, 0, at + size, size);

    public static Detection Found(BoundingBox box, float score, int of = 0) => new(box, of, score);

    public static TruthBox Object(BoundingBox box, int of = 0, bool crowd = false) => new(of, box, crowd);

    public static Answer Boxes(string picture, params Detection[] detections) => new(picture, detections, []);

    public static Answer Classes(string picture, params int[] classes) => new(picture, [], classes);

    public static IReadOnlyDictionary<string, IReadOnlyList<TruthBox>> Truth(params (string Picture, TruthBox[] Objects)[] pictures) =>
        pictures.ToDictionary(p => p.Picture, p => (IReadOnlyList<TruthBox>)p.Objects);

    public static void Picture(this TestFolder folder, string name, int width = 12, int height = 10, byte grey = 90)
    {
        OpenCvRuntime.EnsureLoaded();
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
        using var picture = new Mat(height, width, MatType.CV_8UC3, Scalar.All(grey));
        Cv2.ImWrite(folder.File(name), picture);
    }

    public static string Text(this TestFolder folder, string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }
}
