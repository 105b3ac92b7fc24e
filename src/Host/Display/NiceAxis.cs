namespace ActorPipeline.Hosting.Display;

/// <summary>An axis from zero whose marks are round numbers.</summary>
/// <param name="Step">Between two marks.</param>
/// <param name="Count">Marks above zero.</param>
internal readonly record struct NiceAxis(double Step, int Count)
{
    /// <summary>The axis for values up to <paramref name="max"/> with about so many marks.</summary>
    /// <param name="max">The largest value; the axis may end below it, at the last mark.</param>
    /// <param name="marks">Marks that are wanted at most.</param>
    /// <param name="smallest">No step is smaller: 1 where only whole numbers make sense.</param>
    public static NiceAxis For(double max, int marks, double smallest = 0)
    {
        if (!(max > 0) || double.IsInfinity(max)) return new NiceAxis(1, 1);
        var rough = max / marks;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = new[] { 1, 2, 5, 10 }.Select(m => m * magnitude).First(s => s >= rough * (1 - 1e-9));
        step = Math.Max(step, smallest);
        return new NiceAxis(step, (int)Math.Floor((max / step) + 1e-9));
    }

    /// <summary>The marks, zero first.</summary>
    public IEnumerable<double> Marks()
    {
        for (var i = 0; i <= Count; i++) yield return i * Step;
    }
}
