namespace ActorPipeline.Device;

/// <summary>
/// What this machine has left: the tightest word on each pool of all who can be asked. What cannot be read is left out; on a machine
/// without /proc nothing is known. On boards with unified memory the host pool is the only one. Safe from any thread.
/// </summary>
public sealed class LinuxMachineGauge : IMachineGauge, IDisposable
{
    private readonly HostMemory _host;
    private readonly CgroupMemory _cgroup;
    private readonly PressureStall _pressure;
    private readonly NvidiaManagement? _management;
    private readonly CudaDriver? _driver;

    /// <summary>The machine that this process runs on.</summary>
    public LinuxMachineGauge()
        : this("/", NvidiaManagement.Open, CudaDriver.Open)
    {
    }

    /// <param name="root">The folder that stands for "/".</param>
    /// <param name="management">Opens NVML; not called on unified memory.</param>
    /// <param name="driver">Opens the CUDA driver; not called on unified memory.</param>
    internal LinuxMachineGauge(string root, Func<NvidiaManagement> management, Func<CudaDriver> driver)
    {
        var paths = new CgroupPaths(root);
        (_host, _cgroup, _pressure) = (new HostMemory(root), new CgroupMemory(paths), new PressureStall(root, paths));
        if (!JetsonBoard.IsUnified(root)) (_management, _driver) = (management(), driver());
    }

    /// <inheritdoc/>
    public MachineReading Read()
    {
        var pools = new List<PoolReading>(4);
        if (_host.Read() is { } host) pools.Add(host);
        if (_cgroup.Read() is { } cgroup && (pools.Count == 0 || cgroup.Available < pools[0].Available))
        {
            pools.Clear();
            pools.Add(cgroup);
        }
        // The driver numbers devices as ONNX Runtime does; NVML may not. It speaks for those on which there is no context yet.
        if (_driver is not null) pools.AddRange(_driver.Read());
        if (_management is not null) pools.AddRange(_management.Read().Where(m => pools.All(p => p.Pool != m.Pool)).ToArray());
        return new MachineReading(pools, _pressure.Read());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Dispose();
        _cgroup.Dispose();
        _pressure.Dispose();
    }
}
