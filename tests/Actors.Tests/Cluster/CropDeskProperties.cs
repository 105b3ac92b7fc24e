using Akka.Actor;
using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>Whatever happens in whatever order, every whole batch that is still wanted has one answer, and every buffer comes back.</summary>
public sealed class CropDeskProperties : CropDeskKit
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Should_answer_each_batch_once_and_lose_no_buffer_when_all_is_mixed(int seed)
    {
        var random = new Random(seed);
        Start();
        Sender[] senders = [Open("one"), Open("other")];
        var answers = senders.ToDictionary(s => s, _ => new Dictionary<long, int>());
        var sent = senders.ToDictionary(s => s, _ => new HashSet<long>());
        var withdrawn = senders.ToDictionary(s => s, _ => new HashSet<long>());
        var running = new List<Submit>();
        var number = 0L;

        void Look()
        {
            Settle();
            while (Board.ReceiveOne(TimeSpan.Zero) is { } message)
                if (message is Submit submit) running.Add(submit);
            foreach (var sender in senders)
                while (sender.Probe.ReceiveOne(TimeSpan.Zero) is { } message)
                {
                    var answered = message switch { BatchDone done => done.Batch, BatchRefused refused => refused.Batch, BatchFailed failed => failed.Batch, _ => 0 };
                    if (answered > 0) answers[sender][answered] = answers[sender].GetValueOrDefault(answered) + 1;
                }
        }

        for (var step = 0; step < 300; step++)
        {
            var sender = senders[random.Next(senders.Length)];
            switch (random.Next(10))
            {
                case < 5:
                    var head = random.Next(8) == 0 ? Head(2, CropEncoding.Jpeg, parts: random.Next(1, 4)) : Head(random.Next(1, 7), parts: random.Next(1, 4), model: random.Next(9) == 0 ? OtherModel : null);
                    var parts = Cut(sender, ++number, head);
                    random.Shuffle(parts);
                    Send(sender, parts);
                    sent[sender].Add(number);
                    break;
                case < 8 when running.Count > 0:
                    var run = running[random.Next(running.Count)];
                    running.Remove(run);
                    if (random.Next(4) == 0) FailRun(run);
                    else Complete(run);
                    break;
                case 8 when sent[sender].Count > 0:
                    var unwanted = sent[sender].ElementAt(random.Next(sent[sender].Count));
                    withdrawn[sender].Add(unwanted);
                    Desk.Tell(new WithdrawBatch(unwanted), sender.Probe);
                    break;
                default:
                    Settle();
                    Advance(Ms(random.Next(1, 20)));
                    break;
            }
            Look();
            Desk.Tell(new AskCredit(sender.Epoch, sender.Sent, 64 * CropBytes), sender.Probe);
        }
        for (var left = 0; left < 100; left++)
        {
            Look();
            foreach (var run in running) Complete(run);
            if (running.Count == 0) break;
            running.Clear();
        }

        foreach (var sender in senders)
        {
            Assert.All(answers[sender], a => Assert.Equal((a.Key, 1), (a.Key, a.Value)));
            Assert.Empty(sent[sender].Except(answers[sender].Keys).Except(withdrawn[sender]));
        }
        AssertNothingLeaked();
    }
}
