using System.Collections.Concurrent;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>
/// Models as ONNX Runtime optimises them for this processor, written once with their weights in a file of their own. Opened again they
/// need no optimising, and their weights are pages of that file: the system can take them back, and they are no part of the heap.
/// </summary>
/// <param name="folder">
/// Where they are kept, a folder for each under its <see cref="PreparedKey"/>: "model.onnx", "weights.bin" and the fingerprint of both.
/// Several processes may share it.
/// </param>
/// <param name="log">Told what could not be prepared or read, once for each model; from the loading thread.</param>
internal sealed class PreparedModels(string folder, Action<string>? log)
{
    /// <summary>Opens a session on a file.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="adjust">Changes what differs from the product's plan.</param>
    public delegate INativeSession Opener(string path, Func<SessionPlan, SessionPlan> adjust);

    private const string ModelName = "model.onnx", WeightsName = "weights.bin", FingerprintName = "fingerprint";

    // What failed once is not tried at every load: a model that swaps would pay for it each time.
    private readonly ConcurrentDictionary<string, bool> _refused = new(StringComparer.Ordinal);

    /// <summary>Opens a model as prepared; prepares it first where it is not yet. What cannot be prepared is opened as it is.</summary>
    /// <exception cref="OnnxCallException">The model itself cannot be opened, or the load was cancelled.</exception>
    public INativeSession Open(ModelCard card, Opener open)
    {
        if (KeyOf(card) is { } key && !_refused.ContainsKey(key))
        {
            var entry = Path.Combine(folder, key);
            // A damaged one is thrown away and made anew, once.
            for (var attempt = 0; attempt < 2 && (IsWhole(card, entry) || Prepare(card, key, entry, open)); attempt++)
            {
                try
                {
                    return OpenPrepared(card, entry, open);
                }
                // For want of memory there is no fault in the files.
                catch (OnnxCallException e) when (OnnxFault.Classify(e) is not (LoadFailure.Cancelled or LoadFailure.OutOfMemory))
                {
                    Discard(card, entry, e.Message);
                }
            }
        }
        return open(card.Path, plan => plan);
    }

    /// <summary>Whether nothing is left to prepare: it is, or it cannot be.</summary>
    public bool IsDone(ModelCard card) => KeyOf(card) is not { } key || _refused.ContainsKey(key) || Directory.Exists(Path.Combine(folder, key));

    private string? KeyOf(ModelCard card)
    {
        try
        {
            return PreparedKey.Of(ModelFingerprint.Of(card.Path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            if (_refused.TryAdd(card.Path, true)) Warn(card, $"is loaded unprepared: {e.Message}");
            return null;
        }
    }

    private static INativeSession OpenPrepared(ModelCard card, string entry, Opener open)
    {
        // Packed weights would be a second copy, on the heap. Floats run as fast without (for one picture); integers do not.
        var pack = ModelFile.Precision(card) != "fp32";
        return open(Path.Combine(entry, ModelName), plan =>
        {
            plan = plan with { Optimise = false };
            return pack ? plan : plan.With("session.disable_prepacking", "1");
        });
    }

    /// <summary>Whether a prepared model is there and what it was when it was written; a damaged one is thrown away.</summary>
    private bool IsWhole(ModelCard card, string entry)
    {
        try
        {
            if (!Directory.Exists(entry)) return false;
            if (ModelFingerprint.Of(Path.Combine(entry, ModelName)).Hex == File.ReadAllText(Path.Combine(entry, FingerprintName))) return true;
            Discard(card, entry, "its files are not what was written");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Discard(card, entry, e.Message);
        }
        return false;
    }

    /// <summary>Writes, checks and keeps a prepared model. One at a time over all processes; whoever comes second goes without this once.</summary>
    private bool Prepare(ModelCard card, string key, string entry, Opener open)
    {
        var draft = Path.Combine(folder, "draft");
        try
        {
            Directory.CreateDirectory(folder);
            using var taken = TakeTurn();
            if (taken is null) return false;
            if (IsWhole(card, entry)) return true;
            if (Directory.Exists(entry)) throw new IOException($"the damaged {entry} cannot be removed");
            // What is there was left by a process that died.
            if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
            Directory.CreateDirectory(draft);
            // Without an arena the check peaks lower; it runs once.
            Write(card, draft, (path, adjust) => open(path, plan => adjust(plan) with { Arena = false }));
            File.WriteAllText(Path.Combine(draft, FingerprintName), ModelFingerprint.Of(Path.Combine(draft, ModelName)).Hex);
            Directory.Move(draft, entry);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException
            || (e is OnnxCallException && OnnxFault.Classify(e) != LoadFailure.Cancelled))
        {
            if (_refused.TryAdd(key, true)) Warn(card, $"is loaded unprepared: it could not be prepared in {folder}: {e.Message}");
            Remove(draft);
            return false;
        }
    }

    /// <summary>Writes the optimised model and makes sure that it gives what the original gives. The two are never in memory together.</summary>
    private static void Write(ModelCard card, string draft, Opener open)
    {
        IReadOnlyList<float[]> expected;
        using (var original = open(card.Path, plan => (plan with { WriteTo = Path.Combine(draft, ModelName) })
            .With("session.optimized_model_external_initializers_file_name", WeightsName)
            .With("session.optimized_model_external_initializers_min_size_in_bytes", "1024")))
        {
            expected = PreparedCheck.Run(original);
        }
        using var prepared = OpenPrepared(card, draft, open);
        PreparedCheck.RequireSame(expected, PreparedCheck.Run(prepared));
    }

    /// <summary>The right to prepare, or null while somebody else has it. The file stays: deleting it would let two in.</summary>
    private FileStream? TakeTurn()
    {
        var path = Path.Combine(folder, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    private void Discard(ModelCard card, string entry, string why)
    {
        Warn(card, $"was prepared in {entry}, which is thrown away: {why}");
        Remove(entry);
    }

    private static void Remove(string entry)
    {
        try
        {
            if (Directory.Exists(entry)) Directory.Delete(entry, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it stays and is refused again; the model is loaded all the same.
        }
    }

    private void Warn(ModelCard card, string what) => log?.Invoke($"prepared warning: Model '{card.Id}' ({card.Path}) {what}");
}
