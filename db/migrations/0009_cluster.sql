-- Why: several processes on one database (docs/decisions/0011). The registry's version tells each whether what it remembers still holds.
-- Orleans asks the database only what stands in orleansquery, so the words are ours: grains keep their state in grain_state, the table
-- that the standalone runtime uses, and silos announce themselves in cluster_silo.
-- Locks: none that anybody notices; only new tables.

create table registry_version (
    only_one boolean not null default true constraint registry_version_pk primary key constraint registry_version_only_one check (only_one),
    version  bigint  not null
);
insert into registry_version (version) values (1);
comment on table registry_version is 'Advanced in the transaction of each change to merchants, terminals, plans or steps, under the ingest lock.';

create table cluster_version (
    cluster_name text        not null constraint cluster_version_pk primary key,
    version      integer     not null default 0,
    changed_at   timestamptz not null default now()
);

create table cluster_silo (
    cluster_name  text        not null,
    address       text        not null,
    port          integer     not null,
    generation    integer     not null,
    silo_name     text        not null,
    host_name     text        not null,
    status        integer     not null,
    gateway_port  integer,
    suspect_times text,
    started_at    timestamptz not null,
    alive_at      timestamptz not null,
    constraint cluster_silo_pk primary key (cluster_name, address, port, generation),
    constraint cluster_silo_version_fk foreign key (cluster_name) references cluster_version (cluster_name)
);
comment on column cluster_silo.status is 'As Orleans numbers it: 1 created, 2 joining, 3 active, 4 shutting down, 5 stopping, 6 dead.';
comment on column cluster_silo.generation is 'Of the process: a silo that is started again at the same port is another one.';

-- The name and the columns are Orleans''.
create table orleansquery (
    querykey  text not null constraint orleansquery_pk primary key,
    querytext text not null
);

insert into orleansquery (querykey, querytext) values
('ReadFromStorageKey', $$
select convert_to(nullif(payload, 'null'::jsonb)::text, 'UTF8') as PayloadBinary, version as Version
from grain_state
where state_name = @GrainTypeString and grain_key = @GrainIdExtensionString
$$),
-- A version that comes back unchanged, or null, is a refusal: somebody else wrote. The primary key refuses the second of two first writes.
('WriteToStorageKey', $$
with first as (
    insert into grain_state (state_name, grain_key, payload, version, changed_at)
    select @GrainTypeString, @GrainIdExtensionString, convert_from(@PayloadBinary, 'UTF8')::jsonb, 1, now()
    where @GrainStateVersion::int is null
    on conflict (state_name, grain_key) do nothing
    returning version
), next as (
    update grain_state
    set payload = convert_from(@PayloadBinary, 'UTF8')::jsonb, version = version + 1, changed_at = now()
    where state_name = @GrainTypeString and grain_key = @GrainIdExtensionString and version = @GrainStateVersion::int
    returning version
)
select coalesce((select version from first), (select version from next), @GrainStateVersion::int) as NewGrainStateVersion
$$),
-- The row stays and its version goes on counting, so that a writer from before is refused after it too.
('ClearStorageKey', $$
update grain_state
set payload = 'null'::jsonb, version = version + 1, changed_at = now()
where state_name = @GrainTypeString and grain_key = @GrainIdExtensionString and version = @GrainStateVersion::int
returning version as NewGrainStateVersion
$$),
('DeleteStorageKey', $$
update grain_state
set payload = 'null'::jsonb, version = version + 1, changed_at = now()
where state_name = @GrainTypeString and grain_key = @GrainIdExtensionString and version = @GrainStateVersion::int
returning version as NewGrainStateVersion
$$),
('InsertMembershipVersionKey', $$
with inserted as (
    insert into cluster_version (cluster_name) values (@DeploymentId) on conflict (cluster_name) do nothing returning 1
)
select count(*)::int from inserted
$$),
-- Both rows or none: the version turns only where the silo's row can follow.
('InsertMembershipKey', $$
with turned as (
    update cluster_version set version = version + 1, changed_at = now()
    where cluster_name = @DeploymentId and version = @Version
      and not exists (select from cluster_silo s
                      where s.cluster_name = @DeploymentId and s.address = @Address and s.port = @Port and s.generation = @Generation)
    returning 1
), inserted as (
    insert into cluster_silo (cluster_name, address, port, generation, silo_name, host_name, status, gateway_port, started_at, alive_at)
    select @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    from turned
    returning 1
)
select count(*)::int from inserted
$$),
('UpdateMembershipKey', $$
with turned as (
    update cluster_version set version = version + 1, changed_at = now()
    where cluster_name = @DeploymentId and version = @Version
      and exists (select from cluster_silo s
                  where s.cluster_name = @DeploymentId and s.address = @Address and s.port = @Port and s.generation = @Generation)
    returning 1
), updated as (
    update cluster_silo s set status = @Status, suspect_times = @SuspectTimes, alive_at = @IAmAliveTime
    from turned
    where s.cluster_name = @DeploymentId and s.address = @Address and s.port = @Port and s.generation = @Generation
    returning 1
)
select count(*)::int from updated
$$),
('UpdateIAmAlivetimeKey', $$
update cluster_silo set alive_at = @IAmAliveTime
where cluster_name = @DeploymentId and address = @Address and port = @Port and generation = @Generation
$$),
('MembershipReadRowKey', $$
select v.cluster_name as DeploymentId, s.address as Address, s.port as Port, s.generation as Generation, s.silo_name as SiloName,
       s.host_name as HostName, s.status as Status, s.gateway_port as ProxyPort, s.suspect_times as SuspectTimes, s.started_at as StartTime,
       s.alive_at as IAmAliveTime, v.version as Version
from cluster_version v
left join cluster_silo s on s.cluster_name = v.cluster_name and s.address = @Address and s.port = @Port and s.generation = @Generation
where v.cluster_name = @DeploymentId
$$),
('MembershipReadAllKey', $$
select v.cluster_name as DeploymentId, s.address as Address, s.port as Port, s.generation as Generation, s.silo_name as SiloName,
       s.host_name as HostName, s.status as Status, s.gateway_port as ProxyPort, s.suspect_times as SuspectTimes, s.started_at as StartTime,
       s.alive_at as IAmAliveTime, v.version as Version
from cluster_version v
left join cluster_silo s on s.cluster_name = v.cluster_name
where v.cluster_name = @DeploymentId
$$),
('GatewaysQueryKey', $$
select address as Address, gateway_port as ProxyPort, generation as Generation
from cluster_silo
where cluster_name = @DeploymentId and status = @Status and gateway_port > 0
$$),
('DeleteMembershipTableEntriesKey', $$
with silos as (delete from cluster_silo where cluster_name = @DeploymentId returning 1)
delete from cluster_version where cluster_name = @DeploymentId and (select count(*) from silos) >= 0
$$),
('CleanupDefunctSiloEntriesKey', $$
delete from cluster_silo where cluster_name = @DeploymentId and alive_at < @IAmAliveTime and status <> 3
$$);
