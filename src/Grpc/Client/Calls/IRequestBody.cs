using System.Net.Http.Headers;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>The body of a call's request, an <see cref="HttpContent"/> of <c>application/grpc</c>.</summary>
internal interface IRequestBody
{
    /// <summary>Its content type, which all share.</summary>
    static MediaTypeHeaderValue Type { get; } = new(HeaderName.ContentType);

    /// <summary>The call has ended; nobody will write any more.</summary>
    void End();
}
