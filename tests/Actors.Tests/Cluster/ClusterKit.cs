namespace ActorPipeline.Cluster;

/// <summary>Short names for the specs of the cluster.</summary>
internal static class ClusterKit
{
    public static readonly SharedModel Model = new(new string('a', 64), new string('b', 64));
    public static readonly SharedModel OtherModel = new(new string('c', 64), new string('b', 64));

    public static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    public static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    public static NodeKey Node(string name, int incarnation = 1) => new(name, incarnation);

    public static HeldModel Held(SharedModel? model = null, bool ready = true, double queueMs = 0, double runMs = 4, double loadMs = 50) =>
        new(model ?? Model, ready, Ms(queueMs), Ms(runMs), Ms(loadMs));

    public static NodeSummary Summary(string name, long counter = 1, int incarnation = 1, double load = 0, bool leaving = false, params HeldModel[] models) =>
        new(Node(name, incarnation), counter, $"akka://site@{name}:4053/user/actor-pipeline/crop-desk", Bytes.MiB(8), load, leaving, 0, models.Length == 0 ? [Held()] : models);
}
