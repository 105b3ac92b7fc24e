using System.Security.Cryptography;
using System.Text;
using ActorPipeline.Catalog;
using ActorPipeline.Cluster;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Cluster.NeighboursProtocol;

namespace ActorPipeline.Hosting;

/// <content>As a node among others: the buffers for their crops, the models that they may use, and how it leaves.</content>
public sealed partial class ActorPipelineRoot
{
    /// <summary>Pipelines' names have no '@'.</summary>
    private const string DeskAccount = "@neighbours";

    private sealed record LeaveBound : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly LeaveBound Instance = new();
    }

    private bool _leaving;
    private bool _left;

    /// <summary>Whether it takes neighbours' crops: then it runs until it is told to end.</summary>
    private bool Serves => _settings.Cluster.Enabled && _settings.Cluster.Roles.HasFlag(NodeRoles.Inference);

    /// <summary>Bytes of the largest crop that a neighbour may send; zero where none may.</summary>
    private int CropBytes => !Serves ? 0
        : _models.Values.Where(m => !m.Card.IsDetector).Select(m => ImageView.PackedBytes(m.Preferred.Inspection.InputWidth, m.Preferred.Inspection.InputHeight)).DefaultIfEmpty().Max();

    private Bytes DeskPool => new((long)CropBytes * _settings.Cluster.Desk.MaxCrops * _settings.Cluster.Desk.Batches);

    /// <summary>Pipelines' buffers, and the desk's.</summary>
    private int Charges => _prepared.Count + (DeskPool > Bytes.Zero ? 1 : 0);

    /// <summary>What neighbours may use, and have to agree on: the same bytes read in the same way, and the same names for what is found.</summary>
    private ServedCatalog Catalog()
    {
        var served = new List<ServedClassifier>();
        foreach (var (id, model) in _models)
        {
            if (model.Card.IsDetector || !_probes.TryGetValue(id, out var report)) continue;
            var contents = model.Variants.Select(v => v.Inspection.ContentHash).ToArray();
            // What has no name cannot be compared.
            if (contents.Any(c => c is null)) continue;
            var labels = report.Heads.Count == 0 ? LabelsText(report.Labels, report.Classes) : string.Join("\n\n", report.Heads.Select(h => LabelsText(h.Labels, h.Classes)));
            served.Add(new ServedClassifier(
                id, new SharedModel(Hash(string.Join('\n', contents.Append(Reading(model.Card)))), Hash(labels)),
                report.InputWidth, report.InputHeight, model.Card.LabelsEach) { LoadTime = report.LoadTime });
        }
        return new ServedCatalog(served);
    }

    /// <summary>How pixels become its input: the same bytes read in another way are another model.</summary>
    private static string Reading(ModelCard card) => string.Join(';', (card.Merged.Count == 0 ? [card] : card.Merged).Select(c => FormattableString.Invariant(
        $"{c.Kind} {c.Input.Channels} {c.Input.Resize} {string.Join(',', c.Input.Mean.Select(m => m.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))} {string.Join(',', c.Input.Std.Select(s => s.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))}")));

    private static string LabelsText(LabelList labels, int classes) => string.Join('\n', Enumerable.Range(0, classes).Select(i => labels[i]));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Nothing more is taken from neighbours, and what is here is finished within the drain's bound.</summary>
    private void Leave()
    {
        if (_leaving) return;
        _leaving = true;
        if (_tree?.Neighbours is not { } neighbours)
        {
            _left = true;
            return;
        }
        neighbours.Tell(new LeaveNeighbours(), Self);
        Timers.StartSingleTimer(LeaveBound.Instance, LeaveBound.Instance, _settings.DrainTimeout);
    }

    private void NeighboursAreLeft()
    {
        if (!_leaving || _left) return;
        _left = true;
        Timers.Cancel(LeaveBound.Instance);
        UnloadWhenAllIsOver();
    }

    private void UnloadWhenAllIsOver()
    {
        var over = _ended.Count == _settings.Pipelines.Count;
        // Who only had pipelines of its own goes when they have ended.
        if (over && !Serves) Leave();
        if (over && _left) Unload();
    }
}
