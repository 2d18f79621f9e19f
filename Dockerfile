# Two images from one file. docker build .                   the standalone host, as ever
#                        docker build --target cluster .  a silo of the cluster build
# The database is another service in both (docker-compose.yml, docker-compose.cluster.yml), so no PostgreSQL is needed inside.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Restored by the lock files first: a layer that only a changed dependency makes anew.
COPY Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Acquiring.Core/*.csproj src/Acquiring.Core/packages.lock.json src/Acquiring.Core/
COPY src/Acquiring.Standalone/*.csproj src/Acquiring.Standalone/packages.lock.json src/Acquiring.Standalone/
COPY src/Acquiring.Backend/*.csproj src/Acquiring.Backend/packages.lock.json src/Acquiring.Backend/
COPY src/Acquiring.Host/*.csproj src/Acquiring.Host/packages.lock.json src/Acquiring.Host/
RUN dotnet restore src/Acquiring.Host --locked-mode

COPY db db
COPY src src
COPY tests/samples tests/samples
RUN dotnet publish src/Acquiring.Host -c Release --no-restore -o /app

# The cluster build has no lock file (docs/decisions/0011) and needs the packages of Orleans and Hangfire whole.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build-cluster
WORKDIR /source
COPY Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY db db
COPY src src
COPY tests/samples tests/samples
RUN dotnet restore src/Acquiring.Cluster -p:Runtime=cluster
RUN dotnet publish src/Acquiring.Cluster -c Release -p:Runtime=cluster --no-restore -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS base
WORKDIR /app
# The data directory holds the lock, the client's socket and the keys; its volume takes the rights of this folder.
RUN mkdir -m 0700 /data && chown "$APP_UID" /data
ENV ACQUIRING_DATA=/data
VOLUME /data
USER $APP_UID
EXPOSE 5080

# Without sign-in the host binds to loopback only. Inside a container loopback reaches nobody, hence --insecure: publish the port on
# the loopback address of the machine (127.0.0.1:5080:5080), as the compose files do.
FROM base AS cluster
COPY --from=build-cluster /app .
ENTRYPOINT ["./acquiring-cluster"]
CMD ["serve", "--urls", "http://0.0.0.0:5080", "--insecure"]

# Last, so that it is what a build without a target makes.
FROM base AS standalone
COPY --from=build /app .
ENTRYPOINT ["./acquiring"]
CMD ["serve", "--urls", "http://0.0.0.0:5080", "--insecure"]
