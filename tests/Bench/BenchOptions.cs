using System.CommandLine;

namespace ActorPipeline.Bench;

/// <summary>Options that several benchmarks have.</summary>
internal static class BenchOptions
{
    /// <summary>Whether the figures are printed as one object, too.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Prints the figures as one JSON object, as the last line." };

    /// <summary>Rounds of a comparison.</summary>
    public static Option<int> Rounds(int usual = 5) => new("--rounds") { Description = "Rounds of a comparison.", DefaultValueFactory = _ => usual };

    /// <summary>Frames of each run.</summary>
    public static Option<int> Frames(int usual) => new("--frames") { Description = "Frames a round.", DefaultValueFactory = _ => usual };

    /// <summary>Frames in flight.</summary>
    public static Option<int> Window(int usual) => new("--window") { Description = "Frames in flight at most.", DefaultValueFactory = _ => usual };

    /// <summary>How long something goes on.</summary>
    public static Option<double> Minutes(double usual, string what) => new("--minutes") { Description = what, DefaultValueFactory = _ => usual };
}
