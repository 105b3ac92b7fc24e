using ActorPipeline.Catalog;
using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

public class DbDecoderSpecs
{
    private const int Width = 160, Height = 96;

    [Fact]
    public void Should_grow_each_piece_when_the_map_shows_text()
    {
        var map = new float[Width * Height];
        Paint(map, 20, 10, 60, 8, 0.9f);
        var only = Assert.Single(Decode(map, new DbSettings { UnclipRatio = 2 }));
        // 60 x 8 pixels over a perimeter of 136, twice.
        var grown = 480f * 2 / 136;
        Assert.Equal((0, 0.9f), (only.ClassIndex, MathF.Round(only.Score, 4)));
        AssertBox(new BoundingBox(20 - grown, 10 - grown, 80 + grown, 18 + grown), only.Box);
    }

    [Fact]
    public void Should_find_as_many_pieces_as_there_are_when_maps_are_random()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var map = new float[Width * Height];
            for (var i = 0; i < map.Length; i++) map[i] = random.NextSingle() * 0.25f;
            // One to each cell of a grid, so that no two touch.
            var painted = new List<(BoundingBox Box, float Score)>();
            for (var cell = 0; cell < 12; cell++)
            {
                if (random.Next(3) == 0) continue;
                int x = (cell % 4 * 40) + 1 + random.Next(8), y = (cell / 4 * 32) + 1 + random.Next(8), w = 6 + random.Next(24), h = 4 + random.Next(18);
                var score = 0.5f + (random.NextSingle() * 0.5f);
                Paint(map, x, y, w, h, score);
                painted.Add((new BoundingBox(x, y, x + w, y + h), score));
            }
            var found = Decode(map, new DbSettings { UnclipRatio = 0 });
            Assert.Equal(painted.Count, found.Length);
            foreach (var (box, score) in painted) Assert.Contains(found, d => d.Box == box && MathF.Abs(d.Score - score) < 1e-4f);
            Assert.Equal(found.OrderByDescending(d => d.Score).Select(d => d.Score), found.Select(d => d.Score));
        }
    }

    [Fact]
    public void Should_leave_a_piece_out_when_it_is_narrow_or_weak()
    {
        var map = new float[Width * Height];
        Paint(map, 10, 10, 60, 2, 0.9f);
        Paint(map, 10, 40, 60, 8, 0.35f);
        Assert.Empty(Decode(map, new DbSettings()));
        Assert.Single(Decode(map, new DbSettings { MinSize = 2 }));
        Assert.Single(Decode(map, new DbSettings(), threshold: 0.3f));
    }

    [Fact]
    public void Should_give_input_pixels_when_the_map_is_smaller_than_the_input()
    {
        var map = new float[Width / 4 * (Height / 4)];
        for (var y = 4; y < 8; y++) map.AsSpan((y * Width / 4) + 5, 20).Fill(1);
        var decoder = new DbDecoder(Width, Height, new DbSettings { UnclipRatio = 0 }, 0.4f);
        decoder.Begin(new PictureScale(1, 1, Width, Height));
        decoder.Read(map, Width / 4, Height / 4);
        var into = new Detection[4];
        Assert.Equal(1, decoder.Finish(into));
        AssertBox(new BoundingBox(20, 16, 100, 32), into[0].Box);
    }

    [Fact]
    public void Should_find_nothing_when_the_map_is_no_numbers()
    {
        var map = new float[Width * Height];
        Array.Fill(map, float.NaN);
        Assert.Empty(Decode(map, new DbSettings()));
        Assert.Empty(Decode(new float[Width * Height], new DbSettings()));
    }

    private static Detection[] Decode(float[] map, DbSettings settings, float threshold = 0.4f)
    {
        var decoder = new DbDecoder(Width, Height, settings, threshold);
        decoder.Begin(new PictureScale(1, 1, Width, Height));
        decoder.Read(map, Width, Height);
        var into = new Detection[100];
        return into[..decoder.Finish(into)];
    }

    private static void Paint(float[] map, int x, int y, int width, int height, float probability)
    {
        for (var row = y; row < y + height; row++) map.AsSpan((row * Width) + x, width).Fill(probability);
    }

    private static void AssertBox(BoundingBox expected, BoundingBox found)
    {
        Assert.Equal(expected.Left, found.Left, 1e-3f);
        Assert.Equal(expected.Top, found.Top, 1e-3f);
        Assert.Equal(expected.Right, found.Right, 1e-3f);
        Assert.Equal(expected.Bottom, found.Bottom, 1e-3f);
    }
}
