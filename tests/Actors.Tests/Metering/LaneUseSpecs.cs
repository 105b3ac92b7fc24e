using ActorPipeline.Catalog;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Metering;

public class LaneUseSpecs
{
    private readonly LaneUse _use = new();

    [Fact]
    public void Should_split_the_time_of_all_lanes_when_it_looks_again()
    {
        _use.Since(View(at: 10, idle: 3));

        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)), _use.Since(View(at: 12, idle: 4)));
    }

    [Fact]
    public void Should_begin_anew_when_the_board_is_another_one()
    {
        _use.Since(View(at: 10, idle: 3));

        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), _use.Since(View(at: 12, idle: 0.5)));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.Zero), _use.Since(View(at: 13, idle: 2.5)));
    }

    [Fact]
    public void Should_never_be_busy_for_less_than_nothing_when_a_lost_lane_came_back_idle()
    {
        _use.Since(View(at: 10, idle: 3));

        Assert.Equal((TimeSpan.FromSeconds(4), TimeSpan.Zero), _use.Since(View(at: 11, idle: 7)));
    }

    private static BoardView View(double at, double idle) => new(2, TimeSpan.FromSeconds(idle), new Dictionary<ModelId, ModelView>()) { At = TimeSpan.FromSeconds(at) };
}
