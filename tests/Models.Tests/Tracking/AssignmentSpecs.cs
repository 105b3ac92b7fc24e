using FsCheck.Xunit;

namespace ActorPipeline.Tracking;

public sealed class AssignmentSpecs
{
    private readonly Assignment _assignment = new();

    [Fact]
    public void Should_pair_all_when_the_cheapest_pair_would_leave_one_alone() =>
        Assert.Equal([1, 0], Solve([0.1f, 0.2f, 0.2f, 0.9f], columns: 2, limit: 0.8f));

    [Fact]
    public void Should_leave_a_row_alone_when_all_its_columns_are_too_dear() =>
        Assert.Equal([-1, 0], Solve([0.9f, float.PositiveInfinity, 0.1f, 0.9f], columns: 2, limit: 0.8f));

    [Fact]
    public void Should_leave_rows_alone_when_there_are_more_than_columns() =>
        Assert.Equal([-1, 0, -1], Solve([0.3f, 0.1f, 0.2f], columns: 1, limit: 0.8f));

    [Fact]
    public void Should_forget_the_call_before_when_it_solves_again()
    {
        Solve([.. Enumerable.Repeat(0.5f, 400)], columns: 20, limit: 0.8f);

        Assert.Equal([1, 0], Solve([0.1f, 0.2f, 0.2f, 0.9f], columns: 2, limit: 0.8f));
    }

    [Property(MaxTest = 300)]
    public void Should_cost_the_least_there_is_when_compared_with_every_assignment(byte[] seeds, byte shape)
    {
        var (rows, columns) = (1 + (shape % 4), 1 + (shape / 4 % 4));
        var costs = Enumerable.Range(0, rows * columns).Select(i => seeds.Length == 0 ? 0.5f : ((seeds[i % seeds.Length] + (i * 37)) % 101) / 100f).ToArray();

        var found = Solve(costs, columns, limit: 0.8f);

        Assert.Equal(found.Where(c => c >= 0).Count(), found.Where(c => c >= 0).Distinct().Count());
        Assert.All(found.Select((column, row) => (row, column)).Where(p => p.column >= 0), p => Assert.True(costs[(p.row * columns) + p.column] <= 0.8f));
        Assert.Equal(Least(costs, rows, columns, 0, 0), found.Select((column, row) => column < 0 ? 0.8f : costs[(row * columns) + column]).Sum(), 4);
    }

    private static float Least(float[] costs, int rows, int columns, int row, int taken)
    {
        if (row == rows) return 0;
        var least = 0.8f + Least(costs, rows, columns, row + 1, taken);
        for (var column = 0; column < columns; column++)
            if ((taken & (1 << column)) == 0 && costs[(row * columns) + column] <= 0.8f)
                least = Math.Min(least, costs[(row * columns) + column] + Least(costs, rows, columns, row + 1, taken | (1 << column)));
        return least;
    }

    private int[] Solve(float[] costs, int columns, float limit)
    {
        var columnOf = new int[costs.Length / columns];
        _assignment.Solve(costs, columns, limit, columnOf);
        return columnOf;
    }
}
