using System.Text;

namespace ActorPipeline.Device;

public sealed class KernelTextSpecs
{
    [Fact]
    public void Should_read_a_field_when_it_begins_a_line()
    {
        var status = "Name:\tdotnet\nVmHWM:\t  123456 kB\nRssAnon:\t      12 kB\n"u8;

        Assert.Equal(Bytes.KiB(123456), KernelText.Kibibytes(status, "VmHWM:"u8));
        Assert.Equal(Bytes.KiB(12), KernelText.Kibibytes(status, "RssAnon:"u8));
        Assert.Null(KernelText.Kibibytes(status, "RssFile:"u8));
        Assert.Null(KernelText.Kibibytes(status, "Anon:"u8));
    }

    [Fact]
    public void Should_take_the_field_itself_when_a_longer_name_ends_alike() =>
        Assert.Equal(new Bytes(7), KernelText.Count("total_inactive_file 9\ninactive_file 7\n"u8, "inactive_file "u8));

    [Theory]
    [InlineData("RssAnon: x")]
    [InlineData("RssAnon:")]
    [InlineData("RssAnon: -5 kB")]
    [InlineData("RssAnon: 99999999999999999999 kB")]
    [InlineData("RssAnon: 9223372036854775807 kB")]
    [InlineData("")]
    public void Should_count_as_missing_when_it_is_nonsense(string text) =>
        Assert.Null(KernelText.Kibibytes(Encoding.UTF8.GetBytes(text), "RssAnon:"u8));

    [Theory]
    [InlineData("1048576\n", 1048576L)]
    [InlineData("0", 0L)]
    [InlineData("max\n", null)]
    [InlineData("9223372036854771712\n", null)]
    [InlineData("-1\n", null)]
    [InlineData("", null)]
    public void Should_know_no_limit_when_it_is_max_or_huge(string text, long? bytes) =>
        Assert.Equal(bytes, KernelText.Single(Encoding.UTF8.GetBytes(text))?.Count);
}
