using System.Globalization;

namespace ActorPipeline.ClusterTests;

/// <summary>That processes are seen and led as they are, with commands of the machine.</summary>
public sealed class NodeProcessSpecs
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    [ProcessFact]
    public async Task Should_give_lines_with_their_times_when_they_come()
    {
        await using var node = await StartAsync("echo one; echo two >&2; echo three; sleep 1000");

        var three = await node.WaitForLineAsync("three", Bound);
        var two = await node.WaitForLineAsync("two", Bound);

        Assert.True(two.IsError);
        Assert.False(three.IsError);
        Assert.InRange(three.At, TimeSpan.Zero, NodeProcess.Now);
        Assert.Equal(["one", "three"], node.Output);
        Assert.False(node.HasExited);
    }

    [ProcessFact]
    public async Task Should_pass_over_old_lines_when_it_waits_for_new_ones()
    {
        await using var node = await StartAsync("trap 'echo ready' USR1; echo ready; while :; do sleep 0.01; done");
        await node.WaitForLineAsync("ready", Bound);

        var next = node.WaitForLineAsync("ready", Bound, node.Lines.Count);
        Assert.False(next.IsCompleted);
        node.Signal(10);

        await next;
        Assert.Equal(2, node.Lines.Count);
    }

    [ProcessFact]
    public async Task Should_tell_what_came_when_a_line_does_not_come()
    {
        await using var runs = await StartAsync("echo something else; sleep 1000");
        await runs.WaitForLineAsync("something", Bound);
        Assert.Contains("something else", (await Assert.ThrowsAsync<TimeoutException>(() => runs.WaitForLineAsync("wanted", TimeSpan.FromMilliseconds(1)))).Message, StringComparison.Ordinal);

        await using var ends = await StartAsync("echo bye; exit 7");
        Assert.Contains("bye", (await Assert.ThrowsAsync<InvalidOperationException>(() => ends.WaitForLineAsync("wanted", Bound))).Message, StringComparison.Ordinal);
        Assert.Equal(7, ends.ExitCode);
    }

    [ProcessTheory]
    [InlineData(Native.Interrupt, 2)]
    [InlineData(Native.Terminate, 15)]
    public async Task Should_signal_the_program_itself_when_it_is_told_to(int signal, int code)
    {
        await using var node = await StartAsync($"trap 'echo heard; exit {code}' INT TERM; echo ready; while :; do sleep 0.01; done");
        await node.WaitForLineAsync("ready", Bound);

        node.Signal(signal);

        Assert.Equal(code, await node.WaitForExitAsync(Bound));
        Assert.Contains("heard", node.Output);
        Assert.False(node.Terminate());
    }

    [ProcessFact]
    public async Task Should_say_which_signal_when_one_kills_it()
    {
        await using var node = await NodeProcess.StartAsync(new NodeStart { Program = "sleep", Arguments = ["1000"] });

        Assert.True(node.Kill());

        Assert.Equal(128 + Native.Kill, await node.WaitForExitAsync(Bound));
        Assert.Null(node.ReadCpu());
    }

    [ProcessFact]
    public async Task Should_stand_still_when_it_is_frozen_and_go_on_when_it_is_thawed()
    {
        await using var node = await StartAsync("while :; do echo tick; sleep 0.001; done");
        await node.WaitForLineAsync("tick", Bound);

        node.Freeze();
        var state = ProcFile.Stat(node.Id)!.State;
        node.Thaw();

        Assert.Equal('T', state);
        await node.WaitForLineAsync("tick", Bound, node.Lines.Count + 1);
    }

    [ProcessFact]
    public async Task Should_read_memory_and_processor_time_and_pin_when_it_runs()
    {
        await using var node = await NodeProcess.StartAsync(new NodeStart
        {
            Program = "bash",
            Arguments = ["-c", "x=$(head -c 20000000 /dev/zero | tr '\\0' x); unset x; grep Cpus_allowed_list /proc/self/status; sleep 1000; echo over"],
            Cores = "0",
        });
        var cores = await node.WaitForLineAsync("Cpus_allowed_list", TimeSpan.FromSeconds(20));

        Assert.Equal("0", cores.Text.Split('\t')[1]);
        Assert.InRange(node.ReadMemory("VmHWM")!.Value, 20_000_000, 400_000_000);
        Assert.InRange(node.ReadMemory()!.Value, 500_000, node.ReadMemory("VmHWM")!.Value);
        Assert.InRange(node.ReadCpu()!.Value, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(20));
    }

    [ProcessFact]
    public async Task Should_have_a_folder_and_variables_of_its_own_when_it_runs()
    {
        NodeProcess node;
        await using (node = await NodeProcess.StartAsync(new NodeStart
        {
            Program = "sh",
            Arguments = ["-c", "pwd; echo $SOMETHING; echo kept > file"],
            Environment = new Dictionary<string, string> { ["SOMETHING"] = "a value" },
        }))
        {
            Assert.Equal(0, await node.WaitForExitAsync(Bound));
            Assert.Equal([node.Folder, "a value"], node.Output);
            Assert.True(File.Exists(Path.Combine(node.Folder, "file")));
        }

        Assert.False(Directory.Exists(node.Folder));
    }

    [ProcessFact]
    public async Task Should_end_what_it_started_when_it_is_disposed_of()
    {
        int child;
        await using (var node = await StartAsync("sleep 1000 & echo $!; wait"))
            child = int.Parse((await node.WaitForLineAsync(_ => true, Bound)).Text, CultureInfo.InvariantCulture);

        Assert.True(SpinWait.SpinUntil(() => ProcFile.Stat(child) is null or { State: 'Z' }, Bound));
    }

    [ProcessFact]
    public async Task Should_say_so_when_there_is_no_such_program()
    {
        await using var node = await NodeProcess.StartAsync(new NodeStart { Program = "./there-is-no-such-program" });

        Assert.Equal(127, await node.WaitForExitAsync(Bound));
        Assert.Contains("not found", node.Tell(), StringComparison.Ordinal);
    }

    [ProcessFact]
    public async Task Should_end_processes_of_dead_owners_alone_when_it_cleans_up()
    {
        await using var alive = await NodeProcess.StartAsync(new NodeStart { Program = "sleep", Arguments = ["1000"] });
        await using var orphan = await NodeProcess.StartAsync(new NodeStart { Program = "env", Arguments = [$"{Owner.Variable}=4999999-1", "sleep", "1000"] });
        Assert.True(SpinWait.SpinUntil(() => ProcFile.WithVariable(Owner.Variable).Contains((orphan.Id, "4999999-1")), Bound));

        Leftovers.Remove();

        Assert.Equal(128 + Native.Kill, await orphan.WaitForExitAsync(Bound));
        Assert.False(alive.HasExited);
    }

    [NetworkFact]
    public async Task Should_see_its_own_network_alone_when_it_runs_in_a_site()
    {
        await using var site = SiteNetwork.Create("a", "b");
        using var listener = site["b"].CreateSocket();
        listener.Bind(new System.Net.IPEndPoint(site["b"].Address, 0));
        listener.Listen();
        var port = ((System.Net.IPEndPoint)listener.LocalEndPoint!).Port;
        await using var node = await NodeProcess.StartAsync(new NodeStart
        {
            Program = "bash",
            Arguments = ["-c", $"exec 3<>/dev/tcp/{site["b"].Address}/{port}; echo question >&3; read answer <&3; echo \"$answer\"; ls /sys/fs/cgroup | wc -l"],
            At = site["a"],
        });

        using var accepted = listener.Accept();
        await using var stream = new System.Net.Sockets.NetworkStream(accepted);
        using var reader = new StreamReader(stream);
        Assert.Equal("question", await reader.ReadLineAsync().WaitAsync(Bound));
        await stream.WriteAsync("answer\n"u8.ToArray());

        await node.WaitForLineAsync("answer", Bound);
        Assert.Equal(site["a"].Address, ((System.Net.IPEndPoint)accepted.RemoteEndPoint!).Address);
        Assert.Equal(0, await node.WaitForExitAsync(Bound));
        // Its control groups are still to be seen.
        Assert.Equal(Directory.GetFileSystemEntries("/sys/fs/cgroup").Length, int.Parse(node.Output.Last(), CultureInfo.InvariantCulture));
    }

    [WallClockFact]
    public async Task Should_have_another_wall_clock_that_can_be_set_when_it_is_given_one()
    {
        using var clock = new NodeClock(wall: TimeSpan.FromDays(100));
        await using var node = await NodeProcess.StartAsync(new NodeStart
        {
            Program = "bash",
            Arguments = ["-c", "trap 'date +%s' USR1; date +%s; while :; do sleep 0.01; done"],
            Clock = clock,
        });
        var first = await node.WaitForLineAsync(_ => true, Bound);
        Assert.InRange(Ahead(first), 99.99, 100.01);

        clock.SetWall(TimeSpan.FromDays(-50));
        node.Signal(10);
        Assert.InRange(Ahead(await node.WaitForLineAsync(_ => true, Bound, 1)), -50.01, -49.99);

        static double Ahead(OutputLine line) => (long.Parse(line.Text, CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow.ToUnixTimeSeconds()) / 86_400.0;
    }

    [MonotonicClockFact]
    public async Task Should_have_another_monotonic_clock_when_it_is_given_one()
    {
        using var clock = new NodeClock(monotonic: TimeSpan.FromDays(30));
        await using var node = await NodeProcess.StartAsync(new NodeStart { Program = "cat", Arguments = ["/proc/uptime"], Clock = clock });

        Assert.Equal(0, await node.WaitForExitAsync(Bound));

        var ahead = Uptime(node.Output.Single()) - Uptime(await File.ReadAllTextAsync("/proc/uptime"));
        Assert.InRange(ahead, 29.9 * 86_400, 30.1 * 86_400);

        static double Uptime(string text) => double.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static Task<NodeProcess> StartAsync(string script) => NodeProcess.StartAsync(new NodeStart { Program = "bash", Arguments = ["-c", script] });
}
