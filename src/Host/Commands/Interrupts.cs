using System.Runtime.InteropServices;

namespace ActorPipeline.Hosting.Commands;

/// <summary>SIGINT and SIGTERM as a token: while this lives, they do not end the process.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _asked;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    /// <param name="other">Counts like a signal.</param>
    public Interrupts(CancellationToken other)
    {
        _asked = CancellationTokenSource.CreateLinkedTokenSource(other);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _asked.Token;

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
        _asked.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _asked.Cancel();
    }
}
