using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Engines;

/// <summary>
/// Weights of engines that are in use, mapped from their files. Weights with the same bytes are mapped once, whichever engines they
/// belong to, and read by all sessions at once. Thread-safe.
/// </summary>
internal sealed class WeightMap
{
    private readonly Lock _gate = new();
    /// <summary>By content: where it lies, and how many use it.</summary>
    private readonly Dictionary<(string Sha256, long Length), Place> _places = [];

    /// <summary>Bytes that are mapped and in use, each content once.</summary>
    public Bytes InUse
    {
        get { lock (_gate) return new Bytes(_places.Values.Sum(p => p.Length)); }
    }

    /// <summary>Maps an engine's weights; disposing the result lets them go.</summary>
    /// <returns>Null where the engine has none to map.</returns>
    /// <exception cref="IOException">Its file cannot be read, or is shorter than its weights.</exception>
    public IMappedWeights? Map(Engine engine)
    {
        var weights = engine.Manifest.Weights;
        if (weights.Count == 0) return null;
        lock (_gate)
        {
            // Before anything is counted: it may fail.
            var own = weights.All(w => _places.ContainsKey((w.Sha256, w.Length))) ? null : Open(engine);
            var used = new List<(Place Place, MappedWeight Weight)>(weights.Count);
            foreach (var weight in weights)
            {
                var key = (weight.Sha256, weight.Length);
                if (!_places.TryGetValue(key, out var place))
                {
                    _places.Add(key, place = new Place(key, own!, weight.Offset, weight.Length));
                    own!.Places++;
                }
                place.Users++;
                used.Add((place, new MappedWeight(weight.Name, weight.Type, weight.Shape, place.File.Mapped.At(place.Offset), weight.Length)));
            }
            return new Held(this, used);
        }
    }

    private static OpenFile Open(Engine engine)
    {
        var mapped = new MappedFile(engine.File(EngineWeight.WeightsFile));
        if (engine.Manifest.Weights.All(w => w.Offset >= 0 && w.Offset + w.Length <= mapped.Length)) return new OpenFile(mapped);
        mapped.Dispose();
        throw new IOException($"{mapped.Path} is shorter than its weights");
    }

    private void Release(IEnumerable<Place> places)
    {
        lock (_gate)
        {
            foreach (var place in places)
            {
                if (--place.Users > 0) continue;
                _places.Remove(place.Key);
                // What others of the file are used for keeps it open, and its other pages should not stay with them.
                if (--place.File.Places == 0) place.File.Mapped.Dispose();
                else place.File.Mapped.Drop(place.Offset, place.Length);
            }
        }
    }

    private sealed class OpenFile(MappedFile mapped)
    {
        public MappedFile Mapped { get; } = mapped;

        public int Places { get; set; }
    }

    private sealed class Place((string, long) key, OpenFile file, long offset, long length)
    {
        public (string, long) Key { get; } = key;

        public OpenFile File { get; } = file;

        public long Offset { get; } = offset;

        public long Length { get; } = length;

        public int Users { get; set; }
    }

    private sealed class Held(WeightMap map, List<(Place Place, MappedWeight Weight)> used) : IMappedWeights
    {
        private int _disposed;

        public IReadOnlyList<MappedWeight> All { get; } = [.. used.Select(u => u.Weight)];

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0) map.Release(used.Select(u => u.Place));
        }
    }
}
