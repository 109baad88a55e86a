using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>Where the instance for a call comes from: a singleton once for all, another from the call's scope.</summary>
internal sealed class ServiceSource<TService>
    where TService : class
{
    private static readonly ObjectFactory<TService> Factory = ActivatorUtilities.CreateFactory<TService>([]);

    private readonly TService? _singleton;

    public ServiceSource(IServiceProvider root, ServiceRegistrations registrations) =>
        _singleton = registrations.IsSingleton(typeof(TService)) ? root.GetRequiredService<TService>() : null;

    /// <summary>The instance, and whether it was made for this call and ends with it.</summary>
    public (TService Service, bool Owned) Get(HttpContext http)
    {
        if (_singleton is not null)
        {
            return (_singleton, false);
        }

        return http.RequestServices.GetService<TService>() is { } scoped ? (scoped, false) : (Factory(http.RequestServices, []), true);
    }

    public static async ValueTask ReleaseAsync(TService service)
    {
        if (service is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync();
        }
        else
        {
            (service as IDisposable)?.Dispose();
        }
    }
}
