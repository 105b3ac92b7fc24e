using ActorPipeline.Catalog;
using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

/// <summary>
/// Turns a detector's tensors into boxes of the picture. One belongs to one lane and keeps its scratch from call to call, so that a
/// steady stream allocates nothing.
/// </summary>
internal abstract class BoxDecoder(float scoreThreshold, float nmsIou)
{
    /// <summary>Candidates that reach suppression at most; beyond it only the best count.</summary>
    internal const int MaxCandidates = 4096;

    private Detection[] _candidates = new Detection[256];
    private int _count;
    private float _threshold;

    /// <summary>Candidates below this score are not worth making; it rises while there are too many.</summary>
    protected float Threshold => _threshold;

    /// <summary>How the picture lies in the input.</summary>
    protected PictureScale Scale { get; private set; }

    /// <summary>Starts a picture; the decoder's own method then reads each tensor.</summary>
    public void Begin(in PictureScale scale)
    {
        Scale = scale;
        _count = 0;
        _threshold = scoreThreshold;
    }

    /// <summary>Suppresses what overlaps and gives the rest, best first.</summary>
    /// <param name="into">Its length is the limit.</param>
    /// <returns>How many there are.</returns>
    public int Finish(Span<Detection> into)
    {
        var found = _candidates.AsSpan(0, _count);
        SortBestFirst(found);
        return NonMaximumSuppression.Apply(found[..Math.Min(found.Length, MaxCandidates)], nmsIou, into);
    }

    /// <summary>Adds a candidate in input pixels.</summary>
    protected void Add(float left, float top, float right, float bottom, int classIndex, float score)
    {
        var box = Scale.ToPicture(left, top, right, bottom);
        if (!(box.Width > 0) || !(box.Height > 0)) return;
        if (_count == _candidates.Length) MakeRoom();
        _candidates[_count++] = new Detection(box, classIndex, score);
    }

    /// <summary>Adds a candidate by its centre and size in input pixels.</summary>
    protected void AddCentred(float x, float y, float width, float height, int classIndex, float score) =>
        Add(x - (width / 2), y - (height / 2), x + (width / 2), y + (height / 2), classIndex, score);

    private void MakeRoom()
    {
        if (_count < 2 * MaxCandidates)
        {
            Array.Resize(ref _candidates, 2 * _count);
            return;
        }
        SortBestFirst(_candidates.AsSpan(0, _count));
        _count = MaxCandidates;
        _threshold = _candidates[_count - 1].Score;
    }

    // Ties are broken by class and place, so that the same tensors give the same boxes in the same order.
    private static void SortBestFirst(Span<Detection> detections) => detections.Sort(static (a, b) =>
        a.Score != b.Score ? b.Score.CompareTo(a.Score)
        : a.ClassIndex != b.ClassIndex ? a.ClassIndex.CompareTo(b.ClassIndex)
        : a.Box.Left != b.Box.Left ? a.Box.Left.CompareTo(b.Box.Left)
        : a.Box.Top != b.Box.Top ? a.Box.Top.CompareTo(b.Box.Top)
        : a.Box.Right != b.Box.Right ? a.Box.Right.CompareTo(b.Box.Right)
        : a.Box.Bottom.CompareTo(b.Box.Bottom));

    /// <summary>A decoder as the card wants it.</summary>
    /// <param name="card">The model.</param>
    /// <param name="inputWidth">Pixels across its input.</param>
    /// <param name="inputHeight">Pixels down its input.</param>
    /// <param name="classes">Classes it knows.</param>
    /// <param name="bins">Bins of each side's distribution; PicoDet only.</param>
    public static BoxDecoder For(ModelCard card, int inputWidth, int inputHeight, int classes, int bins) => card.Kind switch
    {
        ModelKind.PicoDet => new PicoDetDecoder(Grid.PicoDet(inputWidth, inputHeight), classes, bins, card.ScoreThreshold, card.NmsIou),
        ModelKind.Yolox => new YoloxDecoder(Grid.Yolox(inputWidth, inputHeight), classes, card.ScoreThreshold, card.NmsIou),
        ModelKind.Yolov5 => new Yolov5Decoder(classes, card.ScoreThreshold, card.NmsIou),
        ModelKind.Yolov8 => new Yolov8Decoder(classes, card.ScoreThreshold, card.NmsIou),
        ModelKind.Db => new DbDecoder(inputWidth, inputHeight, card.Db, card.ScoreThreshold),
        ModelKind.Ssd => new SsdDecoder(inputWidth, inputHeight, card.ScoreThreshold),
        _ => throw new ArgumentOutOfRangeException(nameof(card), card.Kind, "Not a detector."),
    };
}
