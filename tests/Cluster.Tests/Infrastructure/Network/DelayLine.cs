using System.Buffers;
using System.Diagnostics;

namespace ActorPipeline.ClusterTests;

/// <summary>
/// Carries frames between two interfaces of a namespace, each some time after it came, in order: two threads for each direction. What
/// is more than a queue of 64 MiB is lost, as in any switch.
/// </summary>
internal sealed class DelayLine : IDisposable
{
    private const long MostBytes = 64 << 20;

    private readonly PacketSocket _near, _far;
    private readonly Lane[] _lanes;

    private DelayLine(PacketSocket near, PacketSocket far)
    {
        (_near, _far) = (near, far);
        _lanes = [new Lane(near, far), new Lane(far, near)];
    }

    /// <summary>Lays it.</summary>
    public static DelayLine Between(string space, string one, string other)
    {
        var near = NetworkNamespace.Inside(space, () => new PacketSocket(one));
        try
        {
            return new DelayLine(near, NetworkNamespace.Inside(space, () => new PacketSocket(other)));
        }
        catch
        {
            near.Dispose();
            throw;
        }
    }

    /// <summary>For frames from now on.</summary>
    public void Set(TimeSpan delay, TimeSpan jitter)
    {
        foreach (var lane in _lanes) lane.Set(delay, jitter);
    }

    public void Dispose()
    {
        foreach (var lane in _lanes) lane.Stop();
        foreach (var lane in _lanes) lane.Join();
        _near.Dispose();
        _far.Dispose();
    }

    private sealed class Lane
    {
        private readonly PacketSocket _from, _to;
        private readonly Queue<(long Due, byte[] Frame, int Length)> _queue = new();
        private readonly Thread _reader, _writer;
        private long _bytes, _lastDue;
        private TimeSpan _delay, _jitter;
        private volatile bool _stopped;

        public Lane(PacketSocket from, PacketSocket to)
        {
            (_from, _to) = (from, to);
            _reader = new Thread(Read) { IsBackground = true, Name = "delay line, in" };
            _writer = new Thread(Write) { IsBackground = true, Name = "delay line, out" };
            _reader.Start();
            _writer.Start();
        }

        public void Set(TimeSpan delay, TimeSpan jitter)
        {
            lock (_queue) (_delay, _jitter) = (delay, jitter);
        }

        public void Stop()
        {
            _stopped = true;
            lock (_queue) Monitor.PulseAll(_queue);
        }

        public void Join()
        {
            _reader.Join();
            _writer.Join();
        }

        private void Read()
        {
            var scratch = new byte[PacketSocket.LargestFrame];
            while (!_stopped)
            {
                if (!_from.TryReceive(scratch, TimeSpan.FromMilliseconds(50), out var length)) continue;
                var now = Stopwatch.GetTimestamp();
                lock (_queue)
                {
                    if (_bytes + length > MostBytes) continue;
                    var wait = _delay + (_jitter * Random.Shared.NextDouble());
                    _lastDue = Math.Max(_lastDue, now + (long)(wait.TotalSeconds * Stopwatch.Frequency));
                    var frame = ArrayPool<byte>.Shared.Rent(length);
                    scratch.AsSpan(0, length).CopyTo(frame);
                    _queue.Enqueue((_lastDue, frame, length));
                    _bytes += length;
                    Monitor.Pulse(_queue);
                }
            }
        }

        private void Write()
        {
            while (true)
            {
                (long Due, byte[] Frame, int Length) next;
                lock (_queue)
                {
                    while (!_stopped && (_queue.Count == 0 || Milliseconds(_queue.Peek().Due) > 0))
                        Monitor.Wait(_queue, _queue.Count == 0 ? Timeout.Infinite : Milliseconds(_queue.Peek().Due));
                    if (_stopped) return;
                    next = _queue.Dequeue();
                    _bytes -= next.Length;
                }
                _to.Send(next.Frame.AsSpan(0, next.Length));
                ArrayPool<byte>.Shared.Return(next.Frame);
            }
        }

        private static int Milliseconds(long due) => (int)Math.Ceiling((due - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency);
    }
}
