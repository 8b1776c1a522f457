/**
 * How long clients keep a connection, ms of the scenario: behind a balancer that picks a replica per connection, new
 * replicas get traffic by then. The load generator, the mocks' calls and the twin's connections all live so long.
 */
export const connectionLifeMs = 10_000;
