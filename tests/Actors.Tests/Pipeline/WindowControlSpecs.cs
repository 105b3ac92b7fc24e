namespace ActorPipeline.Pipeline;

public sealed class WindowControlSpecs
{
    private const int Lanes = 2;
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(30);
    private TimeSpan _now = TimeSpan.FromSeconds(5);
    private TimeSpan _idle;

    [Fact]
    public void Should_begin_with_all_that_its_buffers_are_for() => Assert.Equal(8, new WindowControl(2, 8, Lanes, default).Window);

    [Fact]
    public void Should_go_down_to_what_keeps_lanes_busy_and_stay_there()
    {
        var control = new WindowControl(2, 8, Lanes, default);

        Play(control, 400, window => window >= 4 ? 0 : 0.2);

        Assert.InRange(control.Window, 4, 5);
        // What was too small is left alone for a minute.
        var seen = Play(control, (int)(TimeSpan.FromSeconds(40) / Frame), window => window >= 4 ? 0 : 0.2);
        Assert.All(seen, window => Assert.InRange(window, 4, 5));
    }

    [Fact]
    public void Should_try_again_when_what_was_too_small_is_long_ago()
    {
        var control = new WindowControl(2, 8, Lanes, default);
        Play(control, 400, window => window >= 6 ? 0 : 0.2);

        Play(control, (int)(WindowControl.Remembered / Frame) + 400, _ => 0);

        Assert.Equal(2, control.Window);
    }

    [Fact]
    public void Should_keep_the_largest_when_models_take_turns()
    {
        var control = new WindowControl(2, 24, Lanes, default);

        // A swap of both costs 120 ms of lane time for each window of frames.
        Play(control, 2000, window => 0.12 / (window * Lanes * Frame.TotalSeconds));

        Assert.Equal(24, control.Window);
    }

    [Fact]
    public void Should_go_down_when_results_are_late_though_lanes_idle()
    {
        var control = new WindowControl(2, 8, Lanes, TimeSpan.FromMilliseconds(100));

        Play(control, 400, _ => 0.1, window => TimeSpan.FromMilliseconds(40 * window));

        Assert.Equal(2, control.Window);
    }

    [Fact]
    public void Should_not_make_turns_shorter_when_they_are_what_makes_results_late()
    {
        var control = new WindowControl(2, 24, Lanes, TimeSpan.FromMilliseconds(10));

        // A swap costs so much that half the time is lost at 12 frames a turn.
        Play(control, 2000, window => Math.Min(0.9, 6.0 / window), _ => TimeSpan.FromSeconds(1));

        Assert.InRange(control.Window, 18, 24);
    }

    [Fact]
    public void Should_decide_nothing_when_no_model_has_looked_at_a_frame_since()
    {
        var control = new WindowControl(2, 8, Lanes, default);
        control.Concluded(_now, Frame, _idle, _now, full: true);

        for (var i = 1; i < 200; i++) control.Concluded(_now + (Frame * i), Frame, _idle, _now, full: true);

        Assert.Equal(8, control.Window);
    }

    [Fact]
    public void Should_not_go_up_when_the_source_is_what_is_slow()
    {
        var control = new WindowControl(2, 8, Lanes, default);
        Play(control, 400, _ => 0);
        Assert.Equal(2, control.Window);

        Play(control, 400, _ => 0.9, full: false);

        // The look in which the source became slow saw both.
        Assert.InRange(control.Window, 2, 3);
    }

    [Fact]
    public void Should_stay_when_both_bounds_are_the_same()
    {
        var control = new WindowControl(3, 3, Lanes, TimeSpan.FromMilliseconds(1));

        Play(control, 100, _ => 0.5, _ => TimeSpan.FromSeconds(1));

        Assert.Equal(3, control.Window);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Should_learn_nothing_from_the_time_between_when_the_clock_jumps(int direction)
    {
        var control = new WindowControl(2, 8, Lanes, default);
        Play(control, 400, window => window >= 4 ? 0 : 0.2);
        var settled = control.Window;

        for (var i = 0; i < 20; i++)
        {
            // Lanes that idled did so for the whole of it, and the window was full.
            var jump = TimeSpan.FromHours(3) * direction;
            _now += jump;
            _idle += jump.Duration() * Lanes;
            Play(control, 5, _ => 0);
        }

        Assert.Equal(settled, control.Window);
    }

    [Fact]
    public void Should_go_on_as_before_when_the_clock_went_back()
    {
        var control = new WindowControl(2, 8, Lanes, default);
        Play(control, 400, window => window >= 6 ? 0 : 0.2);
        Assert.InRange(control.Window, 6, 7);
        _now -= TimeSpan.FromDays(1);

        // What was too small is tried again after the usual minute, and not a day later.
        Play(control, (int)(WindowControl.Remembered / Frame) + 400, _ => 0);

        Assert.Equal(2, control.Window);
    }

    [Fact]
    public void Should_lose_one_step_at_most_when_frames_in_flight_are_late_because_the_device_was_suspended()
    {
        var control = new WindowControl(2, 8, Lanes, TimeSpan.FromMilliseconds(100));
        Play(control, 100, _ => 0.03);
        Assert.Equal(8, control.Window);

        _now += TimeSpan.FromHours(8);
        Play(control, 8, _ => 0.03, _ => TimeSpan.FromHours(8));
        Play(control, 100, _ => 0.03);

        Assert.InRange(control.Window, 6, 8);
    }

    [Fact]
    public void Should_learn_nothing_from_a_pause_when_it_begins_anew_after_it()
    {
        var control = new WindowControl(2, 8, Lanes, default);
        Play(control, 400, window => window >= 4 ? 0 : 0.2);
        var settled = control.Window;

        for (var i = 0; i < 20; i++)
        {
            // Shorter than what counts as a gap by itself, and lanes idled for the whole of it.
            var (before, idle) = (_now, _idle);
            _now += WindowControl.LongestGap / 2;
            _idle += WindowControl.LongestGap / 2 * Lanes;
            control.BeginAnew(_now);
            // A frame that no model looked at brings no news of lanes.
            control.Concluded(_now, Frame, idle, before, full: true);
            Play(control, 10, _ => 0.02);
        }

        Assert.Equal(settled, control.Window);
    }

    [Fact]
    public void Should_learn_again_at_once_when_the_clock_went_back_after_it_began_anew()
    {
        var control = new WindowControl(2, 8, Lanes, default);
        control.BeginAnew(_now);
        _now -= TimeSpan.FromHours(5);

        Play(control, 400, _ => 0);

        Assert.Equal(2, control.Window);
    }

    /// <summary>Lets frames through, with the share of lane time that idles at a window.</summary>
    private List<int> Play(WindowControl control, int frames, Func<int, double> idle, Func<int, TimeSpan>? latency = null, bool full = true)
    {
        var seen = new List<int>();
        for (var i = 0; i < frames; i++)
        {
            _now += Frame;
            _idle += Frame * Lanes * idle(control.Window);
            control.Concluded(_now, latency?.Invoke(control.Window) ?? Frame, _idle, _now, full);
            seen.Add(control.Window);
        }
        return seen;
    }
}
