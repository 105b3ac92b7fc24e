namespace ActorPipeline.Decoding;

/// <summary>One level of a detector's output: cells of a stride over the input.</summary>
/// <param name="Stride">Input pixels from one cell to the next.</param>
/// <param name="Columns">Cells in a row.</param>
/// <param name="Rows">Rows of cells.</param>
internal readonly record struct Grid(int Stride, int Columns, int Rows)
{
    /// <summary>All cells.</summary>
    public int Cells => Columns * Rows;

    /// <summary>PicoDet's levels; an input that a stride does not divide has a cell more.</summary>
    public static Grid[] PicoDet(int width, int height) => Over(width, height, 8, 16, 32, 64);

    /// <summary>YOLOX's levels.</summary>
    public static Grid[] Yolox(int width, int height) => Over(width, height, 8, 16, 32);

    /// <summary>The levels of these strides over an input of this size.</summary>
    public static Grid[] Over(int width, int height, params ReadOnlySpan<int> strides)
    {
        var grids = new Grid[strides.Length];
        for (var i = 0; i < strides.Length; i++)
            grids[i] = new Grid(strides[i], (width + strides[i] - 1) / strides[i], (height + strides[i] - 1) / strides[i]);
        return grids;
    }
}
