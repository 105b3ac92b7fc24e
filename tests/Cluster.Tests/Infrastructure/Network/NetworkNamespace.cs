using System.Runtime.ExceptionServices;

namespace ActorPipeline.ClusterTests;

/// <summary>Network namespaces by the names that <c>ip netns</c> gives.</summary>
internal static class NetworkNamespace
{
    /// <summary>Where <c>ip netns</c> keeps them.</summary>
    public const string Folder = "/run/netns";

    /// <summary>
    /// Runs something on a thread of its own inside a namespace: a socket made there stays there, whoever uses it then. It must start neither
    /// processes nor tasks: a thread of the pool that came into being there would stay there too.
    /// </summary>
    public static T Inside<T>(string name, Func<T> make)
    {
        var result = default(T)!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using (var handle = File.OpenHandle(Path.Combine(Folder, name))) Native.EnterNetwork(handle);
                result = make();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
