<?php
/**
 * Test double of Action Scheduler: its functions, with one option of the site for a table.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

add_action( 'init', static fn() => do_action( 'action_scheduler_init' ), 1 );

/** Its store, as far as it is used. */
final class ActionScheduler {

	public static function store(): self {
		return new self();
	}

	public function cancel_action( $action_id ) {
		$actions = get_option( 'closte_double_actions', array() );
		unset( $actions[ $action_id ] );
		update_option( 'closte_double_actions', $actions );
	}
}

/** One of its actions, and the schedule of it. */
final class Closte_Double_Action {

	public function __construct( private readonly int $timestamp ) {}

	public function get_schedule(): self {
		return $this;
	}

	public function get_date(): \DateTime {
		return new \DateTime( "@$this->timestamp" );
	}
}

function as_schedule_recurring_action( $timestamp, $interval_in_seconds, $hook, $args = array(), $group = '', $unique = false, $priority = 10 ) {
	if ( defined( 'CLOSTE_DOUBLE_IS_BROKEN' ) ) {
		return 0;
	}

	$id             = 1 + (int) get_option( 'closte_double_last_action', 0 );
	$actions        = get_option( 'closte_double_actions', array() );
	$actions[ $id ] = compact( 'timestamp', 'interval_in_seconds', 'hook', 'group' ) + array( 'status' => 'pending' );
	update_option( 'closte_double_last_action', $id );
	update_option( 'closte_double_actions', $actions );

	return $id;
}

function as_get_scheduled_actions( $args = array(), $return_format = OBJECT ) {
	$actions = array_filter( get_option( 'closte_double_actions', array() ), static fn( array $action ): bool => array() === array_diff_assoc( array_intersect_key( $args, array_flip( array( 'hook', 'group', 'status' ) ) ), $action ) );
	uasort( $actions, static fn( array $a, array $b ): int => $a['timestamp'] <=> $b['timestamp'] );
	$actions = array_slice( $actions, 0, $args['per_page'] > 0 ? $args['per_page'] : null, true );

	return 'ids' === $return_format ? array_keys( $actions ) : array_map( static fn( array $action ): Closte_Double_Action => new Closte_Double_Action( $action['timestamp'] ), $actions );
}

function as_unschedule_all_actions( $hook, $args = array(), $group = '' ) {
	update_option( 'closte_double_actions', array_filter( get_option( 'closte_double_actions', array() ), static fn( array $action ): bool => $action['hook'] !== $hook || 'pending' !== $action['status'] ) );
}
