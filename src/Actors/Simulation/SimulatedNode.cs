using System.Globalization;
using ActorPipeline.Cluster;

namespace ActorPipeline.Simulation;

/// <summary>A frame on its way.</summary>
/// <param name="At">When it was captured.</param>
/// <param name="Model">The classifier among the node's models.</param>
/// <param name="Crops">What the detector will find.</param>
internal sealed record SimulatedFrame(TimeSpan At, int Model, int Crops);

/// <summary>One life of a node: a camera, a window of frames, a board, a gateway and a desk.</summary>
internal sealed class SimulatedNode
{
    private const int Window = 6;
    private const long SummaryBytes = 120;
    private const long ModelBytes = 84;
    private const int CropBytes = 10_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HouseKeeping = TimeSpan.FromSeconds(1);

    private readonly ClusterWorld _world;
    private readonly NodeMake _make;
    private readonly int _number;
    private readonly Random _camera;
    private readonly Random _delays;
    private readonly SummaryPacer _pacer = new(SimulatedGateway.Pace);
    private readonly Dictionary<SharedModel, int> _models;
    private TimeSpan _wakeAt;
    private int _inFlight;

    /// <summary>A node begins a life.</summary>
    public SimulatedNode(ClusterWorld world, int number, int incarnation)
    {
        (_world, _number, _make) = (world, number, world.Make(number));
        // What a camera sees does not depend on what else happens.
        _camera = new Random(unchecked((world.Recipe.Seed * 7919) + number));
        _delays = new Random(unchecked((world.Recipe.Seed * 104_729) + number));
        Key = new NodeKey(_make.Name, incarnation);
        _models = _make.Models.Select((m, i) => (m.Shared, i)).ToDictionary(m => m.Shared, m => m.i);
        Board = new SimulatedBoard(world, this, _make);
        Gateway = new SimulatedGateway(world, this, number);
        Desk = new SimulatedDesk(world, this, number);
    }

    public NodeKey Key { get; }

    public bool IsDead { get; private set; }

    public LocalTimes Times { get; } = new();

    public SimulatedBoard Board { get; }

    public SimulatedGateway Gateway { get; }

    public SimulatedDesk Desk { get; }

    /// <summary>The number of a node, by its name.</summary>
    public static int NumberOf(NodeKey key) => int.Parse(key.Name.AsSpan(1), CultureInfo.InvariantCulture);

    /// <summary>Which of the node's models it is; negative for none.</summary>
    public int ModelOf(SharedModel model) => _models.GetValueOrDefault(model, -1);

    public void Start()
    {
        Keep();
        NextFrame();
    }

    /// <summary>All that is on it is gone.</summary>
    public void Die()
    {
        IsDead = true;
        _world.Books.Died += _inFlight;
    }

    public void Done(SimulatedFrame frame, bool byNeighbour)
    {
        _inFlight--;
        _world.Books.Crops += frame.Crops;
        if (byNeighbour) _world.Books.HandedOff += frame.Crops;
        _world.Books.Done(_world.Now - frame.At);
        Changed();
    }

    public void Failed(SimulatedFrame frame)
    {
        _inFlight--;
        _world.Books.Failed++;
    }

    /// <summary>Something changed that others may want to know.</summary>
    public void Changed()
    {
        if (_world.IsOver || !_world.Recipe.HandOff) return;
        var summary = _pacer.Next(Summary(), _world.Now);
        if (_wakeAt <= _world.Now || _pacer.DueAt < _wakeAt)
        {
            _wakeAt = _pacer.DueAt;
            _world.At(_wakeAt, this, Changed);
        }
        if (summary is null) return;
        foreach (var other in _world.Site(_number))
        {
            _world.Books.DirectoryBytes += SummaryBytes + (ModelBytes * summary.Models.Count);
            // What is shared is told with a delay: changes are collected for a while, and go round.
            _world.At(_world.Now + TimeSpan.FromMilliseconds(50 + (1000 * _delays.NextDouble())), () =>
            {
                if (_world[other] is { IsDead: false } node) node.Gateway.Learn(summary);
            });
        }
    }

    private void Keep()
    {
        if (_world.IsOver) return;
        Desk.Expire();
        Changed();
        _world.At(_world.Now + HouseKeeping, this, Keep);
    }

    private void NextFrame()
    {
        var next = _world.Now + TimeSpan.FromSeconds((0.5 + _camera.NextDouble()) / _make.FramesPerSecond);
        if (next >= _world.Recipe.Length) return;
        _world.At(next, this, () =>
        {
            Capture();
            NextFrame();
        });
    }

    private void Capture()
    {
        // Drawn in any case, also where nobody has time for it.
        var frame = new SimulatedFrame(_world.Now, 1 + _camera.Next(_make.Models.Count - 1), Math.Min(8, (int)(_make.MeanCrops * 2 * _camera.NextDouble())));
        _world.Books.Captured++;
        if (_inFlight >= Window)
        {
            _world.Books.Dropped++;
            return;
        }
        _inFlight++;
        Board.Submit(0, 1, own: true, () => Detected(frame));
    }

    private void Detected(SimulatedFrame frame)
    {
        if (frame.Crops == 0) Done(frame, byNeighbour: false);
        else
            Gateway.Place(frame, new CropBatch(_make.Models[frame.Model].Shared, frame.Crops, (long)frame.Crops * CropBytes, frame.At + Deadline - _world.Now));
    }

    private NodeSummary Summary()
    {
        var models = new List<HeldModel>();
        for (var i = 1; i < _make.Models.Count; i++)
        {
            if (!Board.IsAble(i)) continue;
            var shared = _make.Models[i].Shared;
            models.Add(new HeldModel(shared, Board.IsReady(i), Board.Queue, Times.RunPerCrop(shared) ?? TimeSpan.Zero, Times.Load(shared) ?? TimeSpan.Zero));
        }
        return new NodeSummary(Key, 0, Key.Name, Board.Free, Board.Load, Leaving: false, Minor: 0, models);
    }
}
