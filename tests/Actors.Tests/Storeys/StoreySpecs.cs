using System.Reflection;
using ActorPipeline.Cluster;
using ActorPipeline.Cluster.Network;
using ActorPipeline.Hosting;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Replacing;
using ActorPipeline.Serving;
using ActorPipeline.Simulation;

namespace ActorPipeline.Storeys;

/// <summary>Three storeys, and inside the actors' one its rooms: dependencies go one way.</summary>
public sealed class StoreySpecs
{
    private const BindingFlags Nested = BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Assembly Models = typeof(Bytes).Assembly;
    private static readonly Assembly Actors = typeof(ActorPipelineRoot).Assembly;

    // Each room and what it may look into.
    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["ActorPipeline.Telemetry"] = [],
        ["ActorPipeline.Memory"] = ["ActorPipeline.Telemetry"],
        ["ActorPipeline.Serving"] = ["ActorPipeline.Telemetry", "ActorPipeline.Memory"],
        ["ActorPipeline.Replacing"] = ["ActorPipeline.Telemetry", "ActorPipeline.Memory", "ActorPipeline.Serving"],
        ["ActorPipeline.Cluster"] = ["ActorPipeline.Telemetry", "ActorPipeline.Memory", "ActorPipeline.Serving", "ActorPipeline.Cluster.Wire"],
        ["ActorPipeline.Cluster.Wire"] = ["ActorPipeline.Cluster"],
        ["ActorPipeline.Cluster.Network"] = ["ActorPipeline.Cluster", "ActorPipeline.Cluster.Wire"],
        ["ActorPipeline.Simulation"] = ["ActorPipeline.Telemetry", "ActorPipeline.Memory", "ActorPipeline.Serving", "ActorPipeline.Cluster"],
        ["ActorPipeline.Pipeline"] = ["ActorPipeline.Telemetry", "ActorPipeline.Memory", "ActorPipeline.Serving"],
        ["ActorPipeline.Metering"] = ["ActorPipeline.Telemetry", "ActorPipeline.Memory", "ActorPipeline.Serving", "ActorPipeline.Pipeline", "ActorPipeline.Cluster"],
        ["ActorPipeline.Hosting"] =
            ["ActorPipeline.Metering", "ActorPipeline.Telemetry", "ActorPipeline.Memory", "ActorPipeline.Serving", "ActorPipeline.Pipeline", "ActorPipeline.Cluster", "ActorPipeline.Cluster.Network", "ActorPipeline.Replacing", "ActorPipeline.Hosting.Configuration"],
        ["ActorPipeline.Hosting.Configuration"] =
            ["ActorPipeline.Telemetry", "ActorPipeline.Memory", "ActorPipeline.Serving", "ActorPipeline.Pipeline", "ActorPipeline.Cluster", "ActorPipeline.Cluster.Wire", "ActorPipeline.Cluster.Network", "ActorPipeline.Replacing", "ActorPipeline.Hosting"],
    };

    [Fact]
    public void Should_know_no_akka_when_it_is_the_models_storey() =>
        Assert.DoesNotContain(Models.GetReferencedAssemblies(), a => a.Name!.StartsWith("Akka", StringComparison.Ordinal));

    [Fact]
    public void Should_know_only_the_models_storey_when_it_is_the_actors() =>
        Assert.Equal(["ActorPipeline.Models"], Actors.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("ActorPipeline", StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public void Should_have_a_place_in_the_order_when_it_is_a_room_of_the_actors() =>
        Assert.Empty(OwnTypes().Select(t => t.Namespace!).Distinct().Except(Rooms.Keys));

    [Fact]
    public void Should_look_only_into_rooms_before_it_when_types_use_each_other()
    {
        var offences =
            from type in OwnTypes()
            from used in CodeReferences.Of(type)
            where used.Assembly == Actors && used.Namespace != type.Namespace && IsRoom(used.Namespace)
            where !Rooms[type.Namespace!].Contains(used.Namespace)
            select $"{type} uses {used}";

        Assert.Empty(offences.Distinct());
    }

    [Theory]
    [InlineData(typeof(MemoryLedger))]
    [InlineData(typeof(LeastRecentlyUsed))]
    [InlineData(typeof(EffectiveBudget))]
    [InlineData(typeof(DebtLevel))]
    [InlineData(typeof(LeakWatch))]
    [InlineData(typeof(GaugeTrust))]
    [InlineData(typeof(CostAware))]
    [InlineData(typeof(ModelHistory))]
    [InlineData(typeof(TurnPolicy))]
    [InlineData(typeof(Simulator))]
    [InlineData(typeof(OfflineOptimum))]
    [InlineData(typeof(LowerBound))]
    [InlineData(typeof(FrameLedger))]
    [InlineData(typeof(LabelBook))]
    [InlineData(typeof(KitPlan))]
    [InlineData(typeof(Backoff))]
    [InlineData(typeof(BudgetCheck))]
    [InlineData(typeof(BuildFailure))]
    [InlineData(typeof(ReplacementVerdict))]
    [InlineData(typeof(NodeDirectory))]
    [InlineData(typeof(SummaryPacer))]
    [InlineData(typeof(HandOffPolicy))]
    [InlineData(typeof(PeerTimes))]
    [InlineData(typeof(LocalTimes))]
    [InlineData(typeof(CreditAccount))]
    [InlineData(typeof(CreditBook))]
    [InlineData(typeof(HandOffLedger))]
    [InlineData(typeof(DeskLedger))]
    [InlineData(typeof(BatchCutter))]
    [InlineData(typeof(DeskPlan))]
    [InlineData(typeof(SharedModels))]
    [InlineData(typeof(ClusterSimulator))]
    [InlineData(typeof(Patience<>))]
    [InlineData(typeof(NodeAddress))]
    // What it keeps names who submitted (an actor), but it never looks.
    [InlineData(typeof(WorkPolicy))]
    public void Should_use_neither_actors_nor_a_clock_when_it_is_pure(Type pure)
    {
        var used = pure.GetNestedTypes(Nested).Append(pure).SelectMany(CodeReferences.Of).Distinct().ToArray();

        Assert.DoesNotContain(used, t => t.Namespace?.StartsWith("Akka", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(typeof(TimeProvider), used);
    }

    [Fact]
    public void Should_see_what_code_uses_when_it_is_only_in_a_methods_body() =>
        Assert.Contains(typeof(LeastRecentlyUsed), CodeReferences.Of(typeof(MemorySettings)));

    private static IEnumerable<Type> OwnTypes() => Actors.GetTypes().Where(t => t.Namespace?.StartsWith("ActorPipeline", StringComparison.Ordinal) == true);

    private static bool IsRoom(string? name) => name is not null && Rooms.ContainsKey(name);
}
