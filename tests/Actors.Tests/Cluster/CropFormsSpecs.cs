using static ActorPipeline.Cluster.ClusterKit;

namespace ActorPipeline.Cluster;

public sealed class CropFormsSpecs
{
    private const long Pixels = 8 * 224 * 224;

    [Theory]
    [InlineData(CropForm.Jpeg, CropEncoding.Jpeg)]
    [InlineData(CropForm.Raw, CropEncoding.Raw)]
    public void Should_do_as_it_is_told_when_the_settings_name_a_form(CropForm form, CropEncoding encoding)
    {
        Assert.Equal(encoding, new CropForms(form).For(Pixels, 1));
        Assert.Equal(encoding, new CropForms(form).For(Pixels, 1e12));
    }

    [Theory]
    [InlineData(null, CropEncoding.Jpeg)]
    [InlineData(12e6, CropEncoding.Jpeg)]
    [InlineData(1e9, CropEncoding.Raw)]
    public void Should_send_pixels_only_where_the_way_is_broad_when_it_may_choose(double? bandwidth, CropEncoding encoding) =>
        Assert.Equal(encoding, new CropForms(CropForm.Auto).For(Pixels, bandwidth));

    [Fact]
    public void Should_send_pixels_on_a_narrower_way_when_packing_takes_long_here()
    {
        var forms = new CropForms(CropForm.Auto);
        Assert.Equal(CropEncoding.Jpeg, forms.For(Pixels, 30e6));

        for (var i = 0; i < 50; i++) forms.Packed(Pixels, Pixels / 5, Ms(80));

        Assert.Equal(CropEncoding.Raw, forms.For(Pixels, 30e6));
    }

    [Fact]
    public void Should_expect_the_bytes_that_it_has_seen_when_crops_were_packed()
    {
        var forms = new CropForms(CropForm.Auto);
        Assert.Equal(Pixels * 3, forms.BytesOf(Pixels, CropEncoding.Raw));
        Assert.Equal(Pixels / 5, forms.BytesOf(Pixels, CropEncoding.Jpeg));

        for (var i = 0; i < 60; i++) forms.Packed(Pixels, Pixels, Ms(1));

        Assert.InRange(forms.BytesOf(Pixels, CropEncoding.Jpeg), Pixels * 0.99, Pixels);
        Assert.Equal(1, forms.BytesOf(0, CropEncoding.Jpeg));
    }

    [Fact]
    public void Should_not_be_misled_for_long_when_the_device_stood_still_once()
    {
        var forms = new CropForms(CropForm.Auto);

        forms.Packed(Pixels, Pixels / 5, TimeSpan.FromHours(8));
        forms.Packed(0, 100, Ms(1));
        for (var i = 0; i < 40; i++) forms.Packed(Pixels, Pixels / 5, Ms(8));

        Assert.Equal(CropEncoding.Jpeg, forms.For(Pixels, 12e6));
    }
}
