namespace ActorPipeline.Events;

/// <summary>Waits for what another process brings about.</summary>
internal static class Eventually
{
    public static void Is(Func<bool> condition, string what) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)), $"waited in vain until {what}");
}
