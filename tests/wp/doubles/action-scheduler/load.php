<?php
/**
 * Test double of Action Scheduler: its functions, with one option of the site for a table.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

add_action( 'init', static fn() => do_action( 'action_scheduler_init' ), 1 );

function as_schedule_recurring_action( $timestamp, $interval_in_seconds, $hook, $args = array(), $group = '', $unique = false, $priority = 10 ) {
	$actions   = get_option( 'closte_double_actions', array() );
	$actions[] = compact( 'timestamp', 'interval_in_seconds', 'hook', 'group' );
	update_option( 'closte_double_actions', $actions );

	return count( $actions );
}

function as_next_scheduled_action( $hook, $args = null, $group = '' ) {
	$times = array_column( array_filter( get_option( 'closte_double_actions', array() ), static fn( array $action ): bool => $action['hook'] === $hook ), 'timestamp' );

	return array() === $times ? false : min( $times );
}

function as_unschedule_all_actions( $hook, $args = array(), $group = '' ) {
	update_option( 'closte_double_actions', array_values( array_filter( get_option( 'closte_double_actions', array() ), static fn( array $action ): bool => $action['hook'] !== $hook ) ) );
}
