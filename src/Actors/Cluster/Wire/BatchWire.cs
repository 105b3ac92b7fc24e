using ActorPipeline.Vision;
using Google.Protobuf;

namespace ActorPipeline.Cluster.Wire;

/// <summary>Batches of crops and their answers, to the wire and back.</summary>
internal static class BatchWire
{
    /// <summary>A part to the wire; its bytes are not copied.</summary>
    public static BatchPartForm Form(ClusterProtocol.BatchPart part)
    {
        if (part.Data.Length is 0 or > WireLimits.PartBytes) throw new ArgumentException($"A part of {part.Data.Length} bytes cannot be sent.", nameof(part));
        return new BatchPartForm
        {
            Batch = WireChecks.Count(part.Batch), Epoch = WireChecks.Count(part.Epoch), Sent = WireChecks.Count(part.Sent),
            Head = Form(part.Head), Part = WireChecks.Small(part.Part), Data = UnsafeByteOperations.UnsafeWrap(part.Data),
        };
    }

    /// <summary>A part that came; its bytes are those that were read.</summary>
    public static ClusterProtocol.BatchPart Part(BatchPartForm form)
    {
        var head = Head(form.Head ?? throw new WireFault("a part has no head"));
        if (form.Data.Length is 0 or > WireLimits.PartBytes) throw new WireFault($"a part has {form.Data.Length} bytes");
        return new ClusterProtocol.BatchPart(
            WireChecks.Count(form.Batch, "batch"), WireChecks.Count(form.Epoch, "epoch"), WireChecks.Count(form.Sent, "sent"),
            head, WireChecks.Small(form.Part, 0, head.Parts - 1, "part"), form.Data.Memory);
    }

    /// <summary>An answer to the wire.</summary>
    public static BatchDoneForm Form(ClusterProtocol.BatchDone done)
    {
        var form = new BatchDoneForm { Batch = WireChecks.Count(done.Batch), By = WireChecks.Form(done.By), TookTicks = WireChecks.Ticks(done.Took) };
        if (done.Variant is { } variant) form.Variant = WireChecks.Clip(variant, WireLimits.Word);
        if (done.Labels.Count > WireLimits.Crops || done.Labels.Sum(l => l.Count) > WireLimits.Labels || done.Labels.Any(l => l.Count > WireLimits.LabelsEach))
        {
            throw new ArgumentException("An answer with so many labels cannot be sent.", nameof(done));
        }

        var headed = done.Labels.Any(crop => crop.Any(label => label.Head != 0));
        foreach (var crop in done.Labels)
        {
            form.LabelsEach.Add((uint)crop.Count);
            foreach (var label in crop)
            {
                form.Classes.Add(WireChecks.Small(label.ClassIndex));
                form.Scores.Add(label.Score);
                if (headed) form.Heads.Add(WireChecks.Small(label.Head));
            }
        }
        return form;
    }

    /// <summary>An answer that came.</summary>
    public static ClusterProtocol.BatchDone Done(BatchDoneForm form)
    {
        var total = form.Classes.Count;
        if (form.LabelsEach.Count > WireLimits.Crops || total > WireLimits.Labels) throw new WireFault($"an answer has {total} labels of {form.LabelsEach.Count} crops");
        if (form.Scores.Count != total || (form.Heads.Count != total && form.Heads.Count != 0) || form.LabelsEach.Sum(n => (long)n) != total)
        {
            throw new WireFault("an answer's labels do not add up");
        }

        var labels = new IReadOnlyList<Classification>[form.LabelsEach.Count];
        var at = 0;
        for (var crop = 0; crop < labels.Length; crop++)
        {
            var each = new Classification[WireChecks.Small(form.LabelsEach[crop], 0, WireLimits.LabelsEach, "labels of a crop")];
            for (var i = 0; i < each.Length; i++, at++) each[i] = Label(form, at);
            labels[crop] = each;
        }
        return new ClusterProtocol.BatchDone(
            WireChecks.Count(form.Batch, "batch"), WireChecks.Node(form.By), labels,
            form.HasVariant ? WireChecks.Text(form.Variant, WireLimits.Word, "variant") : null, WireChecks.Time(form.TookTicks, "took"));
    }

    private static Classification Label(BatchDoneForm form, int at)
    {
        var score = form.Scores[at];
        if (!float.IsFinite(score)) throw new WireFault("a score is no number");
        return new Classification(WireChecks.Small(form.Classes[at], 0, int.MaxValue, "class"), score)
        {
            Head = form.Heads.Count == 0 ? 0 : WireChecks.Small(form.Heads[at], 0, WireLimits.LabelsEach, "head"),
        };
    }

    private static HeadForm Form(BatchHead head)
    {
        if (head.Crops.Count is 0 or > WireLimits.Crops || (long)head.Crops.Count * head.Labels > WireLimits.Labels)
        {
            throw new ArgumentException($"A batch of {head.Crops.Count} crops with {head.Labels} labels each cannot be sent.", nameof(head));
        }

        var form = new HeadForm
        {
            Model = WireChecks.Form(head.Model), Width = WireChecks.Small(head.Width), Height = WireChecks.Small(head.Height),
            Encoding = head.Encoding == CropEncoding.Jpeg ? EncodingForm.Jpeg : EncodingForm.Raw,
            Parts = WireChecks.Small(head.Parts), Labels = WireChecks.Small(head.Labels),
        };
        foreach (var bytes in head.Crops) form.Crops.Add(WireChecks.Small(bytes));
        if (head.Left is { } left) form.LeftTicks = WireChecks.Ticks(left);
        return form;
    }

    private static BatchHead Head(HeadForm form)
    {
        if (form.Crops.Count is 0 or > WireLimits.Crops) throw new WireFault($"a batch has {form.Crops.Count} crops");
        var (width, height) = (WireChecks.Small(form.Width, 1, WireLimits.Side, "width"), WireChecks.Small(form.Height, 1, WireLimits.Side, "height"));
        var encoding = form.Encoding switch
        {
            EncodingForm.Raw => CropEncoding.Raw,
            EncodingForm.Jpeg => CropEncoding.Jpeg,
            _ => throw new WireFault($"crops are told in a way that is not known here ({(int)form.Encoding})"),
        };

        // A JPEG is never worth more than the pixels it stands for, but for its header.
        var pixels = ImageView.PackedBytes(width, height);
        var (least, most) = encoding == CropEncoding.Raw ? (pixels, pixels) : (1, pixels + WireLimits.JpegHeaderBytes);
        var crops = new int[form.Crops.Count];
        var total = 0L;
        for (var i = 0; i < crops.Length; i++) total += crops[i] = WireChecks.Small(form.Crops[i], least, most, "a crop's bytes");

        var parts = WireChecks.Small(form.Parts, 1, WireLimits.Parts, "parts");
        if (total < parts || total > (long)parts * WireLimits.PartBytes) throw new WireFault($"{total} bytes do not come in {parts} parts");
        var labels = WireChecks.Small(form.Labels, 1, WireLimits.LabelsEach, "labels");
        if ((long)labels * crops.Length > WireLimits.Labels) throw new WireFault($"{labels} labels of {crops.Length} crops are too many");
        return new BatchHead(WireChecks.Model(form.Model), width, height, encoding, crops, parts, labels, form.HasLeftTicks ? WireChecks.Time(form.LeftTicks, "left") : null);
    }
}
