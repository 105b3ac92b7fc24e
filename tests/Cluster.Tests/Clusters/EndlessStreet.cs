using OpenCvSharp;

namespace ActorPipeline.ClusterTests;

/// <summary>A source that does not end before a spec has seen what it wants: the street's first seconds again and again, each picture a link.</summary>
internal sealed class EndlessStreet : IDisposable
{
    private const int Pictures = 20, Step = 5, Links = 10_000;
    private readonly string _root = Owner.Folder("street");

    public EndlessStreet()
    {
        Folder = Directory.CreateDirectory(Path.Combine(_root, "links")).FullName;
        using var video = new VideoCapture(TestData.Video);
        using var picture = new Mat();
        for (var i = 0; i < Pictures * Step; i++)
        {
            Assert.True(video.Read(picture));
            if (i % Step == 0) Cv2.ImWrite(Picture(i / Step), picture);
        }
        for (var i = 0; i < Links; i++) File.CreateSymbolicLink(Path.Combine(Folder, $"{i:D6}.jpg"), Picture(i % Pictures));
    }

    /// <value>Its pictures.</value>
    public string Folder { get; }

    public void Dispose() => Leftovers.TryDelete(_root);

    private string Picture(int number) => Path.Combine(_root, $"{number}.jpg");
}
