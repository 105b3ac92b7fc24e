using System.Globalization;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorPipeline.Hosting.Display;

/// <summary>One panel that redraws itself, for a person at a terminal.</summary>
/// <param name="console">The terminal.</param>
/// <param name="name">The configuration's name.</param>
/// <param name="window">Frames that can be in flight at most.</param>
/// <param name="time">The actors' clock.</param>
internal sealed class LiveDisplay(IAnsiConsole console, string name, int window, TimeProvider time) : IRunDisplay
{
    private const int BarWidth = 48;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly string[] BufferColours = ["grey70", "grey54"];
    private static readonly string[] ModelColours = ["dodgerblue2", "orange1", "seagreen2", "mediumpurple", "palevioletred1", "yellow3", "turquoise2"];

    /// <inheritdoc/>
    public Task ShowAsync(RunRecord record, Task over)
    {
        var rate = new RateMeter(TimeSpan.FromSeconds(2));
        return console.Live(new Text("")).AutoClear(true).StartAsync(async live =>
        {
            using var timer = new PeriodicTimer(Interval, time);
            do
            {
                var now = time.Instant();
                var view = RunView.Of(record, now);
                live.UpdateTarget(Draw(view, rate.Next(now, view.Done)));
            }
            while (await Task.WhenAny(over, timer.WaitForNextTickAsync().AsTask()) != over);
        });
    }

    /// <summary>A moment as a panel.</summary>
    public IRenderable Draw(RunView view, double rate)
    {
        var colours = Colours(view);
        var rows = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn().NoWrap());
        var elapsed = view.Elapsed is { } since ? Invariant($"{since.TotalSeconds:0.0} s") : Markup.Escape(view.Preparing);
        rows.AddRow(new Markup("[bold]frames[/]"), new Markup(Invariant($"{view.Progress}  [bold]{rate:0.0}[/]/s  {elapsed}")));
        if (view.Expected is { } expected) rows.AddRow(new Text(""), Bar([(view.Done, "green")], expected));
        rows.AddRow(new Markup("[bold]flight[/]"), new Markup(Invariant($"{view.InFlight} of {window} frames in flight, latency p50 {view.LatencyMs:0} ms")));
        rows.AddRow(new Markup("[bold]memory[/]"), new Markup($"{view.Charged} charged of a budget of {view.Budget}, {view.Measured} measured"));
        rows.AddRow(new Text(""), Bar([.. view.Holders.Select(h => (h.Bytes.Count, colours[(h.Name, h.Buffers)]))], view.Budget.Count));
        foreach (var holder in view.Holders.Where(h => h.Buffers))
            rows.AddRow(new Text(""), new Markup($"[{colours[(holder.Name, true)]}]■[/] {Markup.Escape(holder.Name)}: buffers {holder.Bytes}"));
        foreach (var model in view.Models)
        {
            var held = view.Holders.Where(h => !h.Buffers && h.Name == model.Name).Select(h => $", {h.Bytes}").FirstOrDefault() ?? "";
            var text = $"{Markup.Escape(model.Name)}: {RunView.Describe(model)}{held}";
            rows.AddRow(new Text(""), new Markup($"[{colours[(model.Name, false)]}]■[/] {(model.State == ModelState.Ready ? $"[bold]{text}[/]" : text)}"));
        }
        return new Panel(rows).Header($" {Markup.Escape(name)} ").Border(BoxBorder.Rounded).BorderColor(Color.Grey);
    }

    private static Dictionary<(string Name, bool Buffers), string> Colours(RunView view)
    {
        var colours = new Dictionary<(string, bool), string>();
        var models = view.Models.Select(m => m.Name).Concat(view.Holders.Where(h => !h.Buffers).Select(h => h.Name)).Distinct().Order(StringComparer.Ordinal);
        foreach (var (i, model) in models.Index()) colours[(model, false)] = ModelColours[i % ModelColours.Length];
        foreach (var (i, holder) in view.Holders.Where(h => h.Buffers).Index()) colours[(holder.Name, true)] = BufferColours[i % BufferColours.Length];
        return colours;
    }

    /// <summary>Parts of a whole, rounded so that the bar never looks fuller than it is.</summary>
    private static Markup Bar(IReadOnlyList<(long Amount, string Colour)> parts, long whole)
    {
        var text = "";
        long sum = 0;
        var drawn = 0;
        foreach (var (amount, colour) in parts)
        {
            sum += amount;
            var end = whole > 0 ? (int)Math.Min(BarWidth, sum * BarWidth / whole) : 0;
            if (end > drawn) text += $"[{colour}]{new string('█', end - drawn)}[/]";
            drawn = Math.Max(drawn, end);
        }
        return new Markup($"{text}[grey35]{new string('░', BarWidth - drawn)}[/]");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
