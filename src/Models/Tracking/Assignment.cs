namespace ActorPipeline.Tracking;

/// <summary>
/// Gives each row at most one column and each column at most one row so that the sum of all costs is the least there is, where a
/// row left alone costs a limit (the Hungarian method, by shortest augmenting paths). Taking the cheapest pair first is simpler, but
/// where two objects cross it leaves one alone that could have had a partner, and the order of the rows would show.
/// </summary>
/// <remarks>Keeps its scratch from call to call: it allocates only when there are more rows or columns than ever before.</remarks>
internal sealed class Assignment
{
    // Index 0 stands for "none" in all of them, so rows and columns count from 1.
    private double[] _ofRow = [];
    private double[] _ofColumn = [];
    private double[] _distance = [];
    private int[] _before = [];
    private int[] _rowOf = [];
    private bool[] _done = [];

    /// <summary>Solves it.</summary>
    /// <param name="costs">Costs, one row after the other; above the limit means that the two may not meet.</param>
    /// <param name="columns">Columns of each row.</param>
    /// <param name="limit">What it costs to leave a row alone.</param>
    /// <param name="columnOf">The column of each row, as many as there are rows; -1 for none.</param>
    public void Solve(ReadOnlySpan<float> costs, int columns, float limit, Span<int> columnOf)
    {
        var rows = columnOf.Length;
        // Behind the true columns stands one for each row to be left alone in.
        var all = columns + rows;
        MakeRoom(rows, all);
        for (var row = 1; row <= rows; row++) Place(row, costs, columns, all, limit);
        columnOf.Fill(-1);
        for (var column = 1; column <= columns; column++)
            if (_rowOf[column] > 0) columnOf[_rowOf[column] - 1] = column - 1;
    }

    /// <summary>Finds a column for one more row, moving rows that have one where that is cheaper.</summary>
    private void Place(int row, ReadOnlySpan<float> costs, int columns, int all, float limit)
    {
        _distance.AsSpan(0, all + 1).Fill(double.PositiveInfinity);
        _done.AsSpan(0, all + 1).Clear();
        _rowOf[0] = row;
        var at = 0;
        do
        {
            _done[at] = true;
            at = Step(at, costs, columns, all, limit);
        }
        while (_rowOf[at] != 0);
        while (at != 0)
        {
            _rowOf[at] = _rowOf[_before[at]];
            at = _before[at];
        }
    }

    /// <summary>Looks from the row of a column at all columns that are not done, and says which of them is nearest.</summary>
    private int Step(int from, ReadOnlySpan<float> costs, int columns, int all, float limit)
    {
        var row = _rowOf[from];
        var nearest = 0;
        var least = double.PositiveInfinity;
        for (var column = 1; column <= all; column++)
        {
            if (_done[column]) continue;
            var cost = column <= columns ? costs[((row - 1) * columns) + column - 1] : limit;
            // What may not meet is dearer than any way around it.
            if (cost > limit) cost = 1000 * (1 + limit);
            var distance = cost - _ofRow[row] - _ofColumn[column];
            if (distance < _distance[column]) (_distance[column], _before[column]) = (distance, from);
            if (_distance[column] < least) (least, nearest) = (_distance[column], column);
        }
        for (var column = 0; column <= all; column++)
        {
            if (_done[column])
            {
                _ofRow[_rowOf[column]] += least;
                _ofColumn[column] -= least;
            }
            else
            {
                _distance[column] -= least;
            }
        }
        return nearest;
    }

    private void MakeRoom(int rows, int columns)
    {
        if (_ofRow.Length <= rows) _ofRow = new double[(rows * 2) + 16];
        if (_ofColumn.Length <= columns)
        {
            var length = (columns * 2) + 16;
            (_ofColumn, _distance, _before, _rowOf, _done) = (new double[length], new double[length], new int[length], new int[length], new bool[length]);
        }
        _ofRow.AsSpan(0, rows + 1).Clear();
        _ofColumn.AsSpan(0, columns + 1).Clear();
        _rowOf.AsSpan(0, columns + 1).Clear();
    }
}
