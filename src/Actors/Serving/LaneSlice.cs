using ActorPipeline.Inference;

namespace ActorPipeline.Serving;

/// <summary>
/// What one lane runs in one go: parts of one piece of work, or of several. The board fills it, the lane runs it, and the board reads
/// what came of it; it goes to and fro and is in one place at a time.
/// </summary>
internal sealed class LaneSlice(int lane)
{
    private readonly List<(WorkPiece Piece, TimeSpan Expected)> _pieces = [];

    public int Lane { get; } = lane;

    /// <summary>Whose parts they are.</summary>
    public IReadOnlyList<(WorkPiece Piece, TimeSpan Expected)> Pieces => _pieces;

    /// <summary>The parts.</summary>
    public LaneRun Work { get; } = new();

    /// <summary>What it runs on; kept here because the model may be gone, or loaded anew, before the run is over.</summary>
    public ILoadedModel? Session { get; set; }

    /// <summary>Which variant of the model that is; null where there is one only.</summary>
    public string? Variant { get; set; }

    /// <summary>Why it failed; null where it went well.</summary>
    public LaneFailure? Failure { get; set; }

    /// <summary>Whether it runs for neighbours alone.</summary>
    public bool Guest => _pieces.Count > 0 && _pieces.TrueForAll(static p => p.Piece.Guest);

    /// <summary>Lane time that it is expected to take.</summary>
    public TimeSpan Expected
    {
        get
        {
            var sum = TimeSpan.Zero;
            foreach (var (_, expected) in _pieces) sum += expected;
            return sum;
        }
    }

    /// <summary>Adds the next parts of a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="parts">How many.</param>
    /// <param name="expected">The lane time that they were charged for.</param>
    public void Add(WorkPiece piece, int parts, TimeSpan expected)
    {
        Work.Add(piece.Take(parts));
        _pieces.Add((piece, expected));
    }

    /// <summary>Is empty again.</summary>
    public void Clear()
    {
        Work.Clear();
        _pieces.Clear();
        (Session, Variant, Failure) = (null, null, null);
    }
}
