using static ActorPipeline.Hosting.Explaining.DecisionEvent;

namespace ActorPipeline.Hosting.Explaining;

/// <summary>Somebody who holds memory: a model under a lease, or an account that is no model's.</summary>
/// <param name="Name">The model's or the account's.</param>
/// <param name="Kind">"model", or the account's kind.</param>
/// <param name="Bytes">How much.</param>
internal sealed record Holding(string Name, string Kind, long Bytes);

/// <summary>Who holds what, as the lines of a log tell it one after the other.</summary>
internal sealed class Holdings
{
    private const string Model = "model";

    private readonly Dictionary<string, Holding> _leases = [];
    private readonly Dictionary<(string Kind, string Name), Holding> _accounts = [];

    /// <summary>What others hold than one model, the most first.</summary>
    public IReadOnlyList<Holding> Beside(string model) =>
        [.. _leases.Values.Where(h => h.Name != model).Concat(_accounts.Values).OrderByDescending(h => h.Bytes).ThenBy(h => h.Name, StringComparer.Ordinal)];

    /// <summary>Takes a line in.</summary>
    public void Take(DecisionLine line)
    {
        switch (line)
        {
            case { Event: Granted or Resized, Lease: { } lease, Model: { } model, Bytes: { } bytes }: _leases[lease] = new Holding(model, Model, bytes); break;
            case { Event: Ended, Lease: { } lease }: _leases.Remove(lease); break;
            case { Event: DecisionEvent.Account, Account: { } name, Kind: { } kind, Bytes: { } bytes }: Keep((kind, name), bytes); break;
            case { Event: Debt, Bytes: { } bytes }: Keep(("debt", "debt"), bytes); break;
            // A new supervisor tells what others than models have; models tell their leases themselves.
            case { Event: Began }: _accounts.Clear(); break;
        }
    }

    private void Keep((string Kind, string Name) account, long bytes)
    {
        if (bytes == 0) _accounts.Remove(account);
        else _accounts[account] = new Holding(account.Name, account.Kind, bytes);
    }
}
