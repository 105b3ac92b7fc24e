using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace ActorPipeline.Hosting.Web;

/// <summary>The page's own files, as they lie in the program.</summary>
internal static class PageFiles
{
    /// <summary>All of them. A request names one of these paths, and no other file is ever opened for it.</summary>
    public static readonly IReadOnlyList<PageFile> All =
    [
        new("/", "index.html", "text/html; charset=utf-8"), new("/app.css", "app.css", "text/css; charset=utf-8"), new("/app.js", "app.js", "text/javascript; charset=utf-8"),
        new("/memory.js", "memory.js", "text/javascript; charset=utf-8"), new("/uplot.js", "uplot.js", "text/javascript; charset=utf-8"), new("/uplot.css", "uplot.css", "text/css; charset=utf-8"),
        new("/icon.svg", "icon.svg", "image/svg+xml"),
    ];

    /// <summary>One of them, compressed when it is first asked for.</summary>
    internal sealed record PageFile(string Path, string Name, string Type)
    {
        private static readonly ConcurrentDictionary<string, (byte[] Plain, byte[] Zipped, string Tag)> Read = new();

        /// <summary>Answers a request for it.</summary>
        public async Task WriteAsync(HttpContext context)
        {
            var (plain, zipped, tag) = Read.GetOrAdd(Name, Load);
            var response = context.Response;
            response.Headers.ETag = tag;
            response.Headers.CacheControl = "no-cache";
            response.Headers.Vary = "Accept-Encoding";
            if (context.Request.Headers.IfNoneMatch == tag)
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
            response.ContentType = Type;
            var zip = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
            if (zip) response.Headers.ContentEncoding = "gzip";
            await response.Body.WriteAsync(zip ? zipped : plain, context.RequestAborted);
        }

        private static (byte[], byte[], string) Load(string name)
        {
            using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream($"page/{name}") ?? throw new InvalidOperationException($"The page's file {name} is not in the program.");
            var plain = new byte[stream.Length];
            stream.ReadExactly(plain);
            using var zipped = new MemoryStream();
            using (var zip = new GZipStream(zipped, CompressionLevel.SmallestSize)) zip.Write(plain);
            return (plain, zipped.ToArray(), $"\"{Convert.ToHexString(SHA256.HashData(plain).AsSpan(0, 8))}\"");
        }
    }
}
