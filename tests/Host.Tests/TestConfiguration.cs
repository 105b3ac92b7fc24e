using ActorPipeline.Onnx;
using OpenCvSharp;

namespace ActorPipeline.Hosting;

/// <summary>Configurations in a spec's own folder.</summary>
internal static class TestConfiguration
{
    /// <summary>
    /// A detector that can be looked at but not loaded, on a folder of one picture: enough for everything that is decided before a load.
    /// </summary>
    public static string WriteTiny(this TestFolder folder, string budget = "64 MiB", string more = "", string source = "pictures", string sink = "results.jsonl")
    {
        folder.Write("detector.onnx", TinyOnnx.Identity(1, 3, 64, 64));
        var pictures = Directory.CreateDirectory(folder.File("pictures")).FullName;
        using var picture = new Mat(48, 64, MatType.CV_8UC3, Scalar.Gray);
        Cv2.ImWrite(Path.Combine(pictures, "one.png"), picture);
        return folder.WriteText("tiny.conf", $$"""
            actor-pipeline {
              memory.budget = {{budget}}
              models.detector { path = "detector.onnx", kind = picodet {{more}} }
              pipelines.belt { source = "{{source}}", detect = detector, window { min = 1, max = 2 }, sinks = [ { type = json-lines, path = "{{sink}}" } ] }
            }
            """);
    }

    /// <summary>The two models of the data folder on its street video.</summary>
    public static string WriteStreet(this TestFolder folder, string budget) => folder.WriteText("street.conf", $$"""
        actor-pipeline {
          memory.budget = {{budget}}
          models {
            detector { path = "{{TestData.PathOf("models", "picodet_s_320_coco.onnx")}}", kind = picodet, labels = "{{TestData.PathOf("labels", "coco80.txt")}}" }
            classifier { path = "{{TestData.PathOf("models", "SqueezeNet_fp32.onnx")}}", kind = classification, labels = "{{TestData.PathOf("labels", "imagenet1k.txt")}}"
                         input { channels = bgr, mean = [104, 117, 123], std = [1, 1, 1] } }
          }
          pipelines.street { source = "{{TestData.Video}}", detect = detector, classify = classifier, only = [person, car], max-crops = 4, window { min = 2, max = 4 }
                             sinks = [ { type = json-lines, path = "results.jsonl" }, { type = video, path = "annotated.avi" } ] }
        }
        """);

    public static string WriteText(this TestFolder folder, string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }
}
